import type { Catalog } from '../catalog/catalog.ts'
import type { Finding, FindingParts, Severity } from '../findings.ts'
import type { Config } from '../registry/config.ts'
import type { Case, GoldenSet } from '../registry/golden.ts'
import type { ModelRef, ParsedPrompt, PromptFile } from '../registry/prompt-file.ts'
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
  /** The text of the golden set, for the columns of findings in it. */
  goldenText?: string
  /** How many cases base has for this prompt. */
  baseGoldenCases?: number
}

/** A file that Assay reads and that is no prompt: only rules on files look at it. */
export type FileSubject = { path: string; text: string; kind: 'golden' | 'config' | 'other' }

/** What rules about size and money need to know of models. Each may be missing; the rules that need it are then silent. */
export type ModelFacts = {
  limits?(model: ModelRef): { context: number | null; maxOutput: number | null } | null
  count?(text: string, model: ModelRef): { tokens: number; exact: boolean }
  /** What one request costs in whole micro-dollars; null: no price is known. */
  priceOf?(model: ModelRef, usage: { inputTokens: number; outputTokens: number }): number | null
}

export type RuleMeta = {
  /** The path below `lint/rules`, without extension. */
  id: string
  severity: Severity
  /** What holds when the rule is kept, in one line. */
  summary: string
  fixable: boolean
  on: 'prompt' | 'golden' | 'registry' | 'source' | 'file'
  /** Raised while parsing: the rule's file holds the meta alone. */
  raisedBy?: 'parsePrompt' | 'parseGoldenSet'
}

/** What a rule on files sees: prompts and all else. */
export type FileContext = {
  path: string
  text: string
  kind: 'prompt' | FileSubject['kind']
  report(at: Span, parts: ReportParts): void
}

/** What a rule on prompts sees. Places are offsets; `report` makes the finding. */
export type RuleContext = Omit<FileContext, 'kind'> &
  ModelFacts & {
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
    /** A finding in the golden set, at a case. */
    reportCase(at: Case, parts: ReportParts): void
    /** assay.yaml, for fixes that write there; text null: there is none. Absent: not known. */
    configFile?: { path: string; text: string | null }
    /** The files that `exports` of assay.yaml names, as far as they are there. */
    exports?: readonly { path: string; text: string }[]
  }

export type ReportParts = Pick<FindingParts, 'message' | 'related' | 'fixes' | 'data'> & { severity?: Severity }

/** One rule: a file that exports one of these, and a line in `rules/index.ts`. */
export type Rule = PromptRule | FileRule
export type PromptRule = { meta: RuleMeta & { on: Exclude<RuleMeta['on'], 'file'> }; check(context: RuleContext): void }
/** Looks at the text of any file that Assay reads, also of one that does not parse. */
export type FileRule = { meta: RuleMeta & { on: 'file' }; check(context: FileContext): void }

export const isFileRule = (rule: Rule): rule is FileRule => rule.meta.on === 'file'

/** Gives a rule its type, and nothing else: rules are plain objects. */
export const defineRule = (rule: PromptRule): Rule => rule
export const defineFileRule = (rule: FileRule): Rule => rule

/** A rule whose findings the parser makes; it has severity, documentation and ignores like any other. */
export const defineParserRule = (meta: PromptRule['meta'] & { raisedBy: 'parsePrompt' | 'parseGoldenSet' }): Rule => ({
  meta,
  check: () => {},
})

export type { Finding }
