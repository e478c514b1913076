import type { Catalog } from '../catalog/catalog.ts'
import type { Finding, FindingParts, Severity } from '../findings.ts'
import type { Config } from '../registry/config.ts'
import type { GoldenSet } from '../registry/golden.ts'
import type { ParsedPrompt, PromptFile } from '../registry/prompt-file.ts'
import type { Span } from '../text/span.ts'
import type { ModelSite } from './model-sites.ts'
import type { TemplateText } from './template-texts.ts'

/** One prompt file to lint, with what stands around it. */
export type LintSubject = {
  path: string
  text: string
  parsed: ParsedPrompt
  /** The version it is compared with; `prompt: null` when base has none. Absent: no base was asked for. `label`: `main`. */
  base?: { prompt: PromptFile | null; label: string }
  /** null or absent: there is none. */
  golden?: GoldenSet | null
  /** How many cases base has for this prompt. */
  baseGoldenCases?: number
}

export type RuleMeta = {
  /** The path below `lint/rules`, without extension. */
  id: string
  severity: Severity
  /** What holds when the rule is kept, in one line. */
  summary: string
  fixable: boolean
  on: 'prompt' | 'golden' | 'registry' | 'source'
  /** Raised while parsing: the rule's file holds the meta alone. */
  raisedBy?: 'parsePrompt' | 'parseGoldenSet'
}

/** What a rule sees. Places are offsets; `report` makes the finding. */
export type RuleContext = {
  path: string
  text: string
  prompt: PromptFile
  /** null: no base was asked for, or base has no such prompt; `hasBase` tells. */
  base: PromptFile | null
  hasBase: boolean
  baseLabel: string
  golden: GoldenSet | null
  baseGoldenCases: number
  catalog: Catalog
  config: Config
  /** `YYYY-MM-DD` in UTC. */
  today: string
  /** The prompt before this one with the same name and major. */
  duplicateOf: { prompt: PromptFile; message: string } | null
  /** The prompt's templates, parsed once for all rules. */
  templates(): readonly TemplateText[]
  /** The places that name a model, classified once for all rules. */
  models(): readonly ModelSite[]
  report(at: Span, parts: ReportParts): void
}

export type ReportParts = Pick<FindingParts, 'message' | 'related' | 'fixes' | 'data'> & { severity?: Severity }

/** One rule: a file that exports one of these, and a line in `rules/index.ts`. */
export type Rule = { meta: RuleMeta; check(context: RuleContext): void }

/** Gives a rule its type, and nothing else: rules are plain objects. */
export const defineRule = (rule: Rule): Rule => rule

/** A rule whose findings the parser makes; it has severity, documentation and ignores like any other. */
export const defineParserRule = (meta: RuleMeta & { raisedBy: 'parsePrompt' | 'parseGoldenSet' }): Rule => ({
  meta,
  check: () => {},
})

export type { Finding }
