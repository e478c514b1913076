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
import { isFileRule } from './rule.ts'
import type { FileContext, LintSubject, ModelFacts, Rule, RuleContext } from './rule.ts'
import { rules as shipped } from './rules/index.ts'
import { templateTexts } from './template-texts.ts'
import type { TemplateText } from './template-texts.ts'

export type { FileSubject, LintSubject, ModelFacts } from './rule.ts'

export type LintOptions = {
  config: Config
  catalog: Catalog
  /** `YYYY-MM-DD` in UTC. */
  today: string
  rules?: readonly Rule[]
  /** What rules about size and money know of models; without it they are silent. */
  facts?: ModelFacts
  /** assay.yaml, for fixes that write there; text null: there is none. */
  configFile?: { path: string; text: string | null }
  /** The files that `exports` of assay.yaml names. */
  exports?: readonly { path: string; text: string }[]
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
  // Most files have no finding, and then nobody needs their lines.
  let lines: LineIndex | null = null
  const getLines = (): LineIndex => (lines ??= lineIndex(subject.text))
  const { parsed } = subject
  const raised = [
    ...(parsed.ok ? runRules(subject, parsed.prompt, duplicateOf, o, getLines) : []),
    ...(parsed.ok && parsed.prompt.status === 'archived'
      ? []
      : runFileRules({ ...subject, kind: 'prompt' }, o, getLines)),
  ]
  const found = withSeverities([...parsed.findings, ...raised], o.config)
  const spans = parsed.ok ? parsed.prompt.spans : null
  return applyIgnores(found, { ...subject, spans, isComplete: parsed.ok }, getLines)
}

/** Runs the rules that look at the text of any file. */
export function runFileRules(
  file: Pick<FileContext, 'path' | 'text' | 'kind'>,
  o: Pick<LintOptions, 'rules'>,
  lines: () => LineIndex,
): Finding[] {
  const findings: Finding[] = []
  for (const { meta, check } of (o.rules ?? shipped).filter(isFileRule)) {
    check({ path: file.path, text: file.text, kind: file.kind, report: reporter(meta, file.path, lines, findings) })
  }
  return findings
}

/** Makes findings of one rule in one file. */
const reporter =
  (meta: Rule['meta'], path: string, lines: () => LineIndex, into: Finding[]): RuleContext['report'] =>
  (span, { severity, ...parts }) => {
    into.push(makeFinding({ ...parts, rule: meta.id, severity: severity ?? meta.severity, path, span }, lines()))
  }

function runRules(
  subject: LintSubject,
  prompt: PromptFile,
  duplicateOf: Duplicate | null,
  o: LintOptions,
  lines: () => LineIndex,
): Finding[] {
  const findings: Finding[] = []
  let goldenLines: LineIndex | null = null
  let running: Rule['meta'] | null = null
  // One context for all rules: making one for each costs as much as most of them.
  const context: RuleContext = {
    ...sharedContext(subject, prompt, duplicateOf, o),
    report: (span, parts) => reporter(running!, subject.path, lines, findings)(span, parts),
    reportCase: (one, parts) => {
      goldenLines ??= subject.goldenText === undefined ? null : lineIndex(subject.goldenText)
      // Without the text of the set, its line is still known.
      const place = goldenLines ?? {
        position: () => ({ line: one.line, column: 1 }),
        lineSpan: () => one.span,
        count: 1,
      }
      reporter(running!, one.path, () => place, findings)(one.span, parts)
    },
  }
  for (const rule of o.rules ?? shipped) {
    if (isFileRule(rule)) continue
    running = rule.meta
    if (prompt.status === 'archived' && !/^(registry|changelog)\//.test(running.id)) continue
    rule.check(context)
  }
  return findings
}

/** What all rules of one file share: templates and models are looked at once. */
function sharedContext(
  subject: LintSubject,
  prompt: PromptFile,
  duplicateOf: Duplicate | null,
  o: LintOptions,
): Omit<RuleContext, 'report' | 'reportCase'> {
  let templates: TemplateText[] | null = null
  let models: ModelSite[] | null = null
  const shared: Omit<RuleContext, 'report' | 'reportCase'> = {
    ...o.facts,
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
    ...(o.configFile ? { configFile: o.configFile } : {}),
    ...(o.exports ? { exports: o.exports } : {}),
    templates: () => (templates ??= templateTexts(prompt, subject.text)),
    models: () => (models ??= modelSites(shared)),
  }
  return shared
}

/** Severities of assay.yaml over those of the rules: by id, else by folder (`model/*`). Doing it twice changes nothing. */
export function withSeverities(findings: readonly Finding[], config: Pick<Config, 'lint'>): Finding[] {
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
