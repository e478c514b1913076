import type { Finding, Severity } from '../../findings.ts'
import { AssayError } from '../../errors.ts'
import { rules } from '../../lint/rules/index.ts'
import type { Config } from '../../registry/config.ts'
import { nearest } from '../../registry/did-you-mean.ts'
import { findingsAnnotations } from '../../report/annotations.ts'
import { findingsMarkdown } from '../../report/findings-markdown.ts'
import { findingsSummary } from '../../report/findings-text.ts'
import { findingsJunit } from '../../report/junit.ts'
import { findingsSarif } from '../../report/sarif.ts'

export type ReportParts = {
  findings: readonly Finding[]
  texts: ReadonlyMap<string, string>
  /** The prompt files that were linted. */
  paths: readonly string[]
  catalogAsOf: string
  perFile: number
}

/** The formats of `assay lint` that are made for other programs than people and jq. */
export const lintReports: Record<string, (parts: ReportParts) => string> = {
  sarif: ({ findings, texts, perFile }) =>
    findingsSarif(findings, { rules: rules.map(({ meta }) => meta), texts, perFile }),
  junit: ({ findings, paths, perFile }) => findingsJunit(findings, { paths, perFile }),
  annotations: ({ findings }) => findingsAnnotations(findings),
  markdown: ({ findings, paths, catalogAsOf, perFile }) =>
    `${findingsMarkdown(findings, { perFile })}\n${findingsSummary(findings, paths.length, catalogAsOf)}\n`,
}

/** `--rule ID=severity`, once each, over `lint.rules` of assay.yaml. @throws AssayError `usage` for a rule nobody has. */
export function overRules(config: Config, given: readonly [string, Severity | 'off'][]): Config {
  if (given.length === 0) return config
  const ids = rules.map(({ meta }) => meta.id)
  const folders = new Set(ids.map((id) => `${id.slice(0, id.indexOf('/'))}/*`))
  for (const [id] of given) {
    if (ids.includes(id) || folders.has(id)) continue
    const near = nearest(id, [...ids, ...folders])
    const hint = near.length > 0 ? `Did you mean ${near.map((name) => `"${name}"`).join(' or ')}?` : undefined
    throw new AssayError('usage', `There is no rule "${id}".`, hint === undefined ? {} : { hint })
  }
  return { ...config, lint: { ...config.lint, rules: { ...config.lint.rules, ...Object.fromEntries(given) } } }
}
