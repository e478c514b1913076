import type { Catalog } from '../catalog/catalog.ts'
import { makeFinding, sortFindings } from '../findings.ts'
import type { Finding, Severity } from '../findings.ts'
import type { Config } from '../registry/config.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import { duplicateNames } from '../registry/registry.ts'
import { lineIndex } from '../text/span.ts'
import type { LineIndex } from '../text/span.ts'
import { applyIgnores } from './ignore.ts'
import { modelSites } from './model-sites.ts'
import type { ModelSite } from './model-sites.ts'
import type { LintSubject, Rule, RuleContext } from './rule.ts'
import { rules as shipped } from './rules/index.ts'
import { templateTexts } from './template-texts.ts'
import type { TemplateText } from './template-texts.ts'

export type { LintSubject } from './rule.ts'

export type LintOptions = {
  config: Config
  catalog: Catalog
  /** `YYYY-MM-DD` in UTC. */
  today: string
  rules?: readonly Rule[]
}

type Duplicate = { prompt: PromptFile; message: string }

/** Lints prompts. Everything a rule knows comes in here, so the same input gives the same findings on every machine. */
export function lintPrompts(subjects: readonly LintSubject[], o: LintOptions): Finding[] {
  const prompts = subjects.flatMap(({ parsed }) => (parsed.ok ? [parsed.prompt] : []))
  const duplicates = new Map(
    duplicateNames(prompts).map(({ prompt, first, message }) => [prompt.path, { prompt: first, message }]),
  )
  return sortFindings(subjects.flatMap((subject) => lintOne(subject, duplicates.get(subject.path) ?? null, o)))
}

function lintOne(subject: LintSubject, duplicateOf: Duplicate | null, o: LintOptions): Finding[] {
  const rules = o.rules ?? shipped
  // Most files have no finding, and then nobody needs their lines.
  let lines: LineIndex | null = null
  const getLines = (): LineIndex => (lines ??= lineIndex(subject.text))
  const raised = subject.parsed.ok ? runRules(subject, subject.parsed.prompt, duplicateOf, o, getLines) : []
  const found = withSeverities([...subject.parsed.findings, ...raised], rules, o.config)
  return applyIgnores(found, subject, getLines)
}

function runRules(
  subject: LintSubject,
  prompt: PromptFile,
  duplicateOf: Duplicate | null,
  o: LintOptions,
  lines: () => LineIndex,
): Finding[] {
  const findings: Finding[] = []
  const shared = sharedContext(subject, prompt, duplicateOf, o)
  for (const { meta, check } of o.rules ?? shipped) {
    if (prompt.status === 'archived' && !/^(registry|changelog)\//.test(meta.id)) continue
    const report: RuleContext['report'] = (span, { severity, ...parts }) => {
      const finding = { ...parts, rule: meta.id, severity: severity ?? meta.severity, path: subject.path, span }
      findings.push(makeFinding(finding, lines()))
    }
    check({ ...shared, report })
  }
  return findings
}

/** What all rules of one file share: templates and models are looked at once. */
function sharedContext(
  subject: LintSubject,
  prompt: PromptFile,
  duplicateOf: Duplicate | null,
  o: LintOptions,
): Omit<RuleContext, 'report'> {
  let templates: TemplateText[] | null = null
  let models: ModelSite[] | null = null
  const shared: Omit<RuleContext, 'report'> = {
    path: subject.path,
    text: subject.text,
    prompt,
    base: subject.base?.prompt ?? null,
    hasBase: subject.base !== undefined,
    baseLabel: subject.base?.label ?? 'base',
    golden: subject.golden ?? null,
    baseGoldenCases: subject.baseGoldenCases ?? 0,
    catalog: o.catalog,
    config: o.config,
    today: o.today,
    duplicateOf,
    templates: () => (templates ??= templateTexts(prompt, subject.text)),
    models: () => (models ??= modelSites(shared)),
  }
  return shared
}

/** Severities of assay.yaml over those of the rules: by id, else by folder (`model/*`). */
function withSeverities(findings: readonly Finding[], rules: readonly Rule[], config: Config): Finding[] {
  const configured = config.lint.rules
  if (Object.keys(configured).length === 0) return [...findings]
  return findings.flatMap((finding) => {
    const severity = severityOf(finding.rule, configured)
    if (severity === undefined) return [finding]
    // A file that cannot be read must not pass because a rule is off.
    if (severity === 'off') return finding.rule === 'registry/schema' ? [finding] : []
    return [{ ...finding, severity }]
  })
}

/** What assay.yaml says about a rule; undefined when it says nothing. */
export function severityOf(rule: string, configured: Record<string, Severity | 'off'>): Severity | 'off' | undefined {
  if (Object.hasOwn(configured, rule)) return configured[rule]
  const folder = `${rule.slice(0, rule.indexOf('/'))}/*`
  return Object.hasOwn(configured, folder) ? configured[folder] : undefined
}
