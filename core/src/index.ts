// The public names of the pure part: text in, data out. What is not on this list may change tomorrow.
export { AssayError, type ErrorCode } from './errors.ts'
export { countFindings, sortFindings, type Finding, type Fix, type Severity } from './findings.ts'
export { applyEdits, type TextEdit } from './text/edit.ts'
export { lineIndex, type LineIndex, type Position, type Span } from './text/span.ts'
export { command, packageVersion } from './text/command.ts'
export { line as oneLine } from './text/escape.ts'
export { scrub } from './text/secrets.ts'
export { isBelow, type Tree, type TreeFile } from './text/tree.ts'
export type { Json, JsonObject } from './text/json.ts'

export { parsePrompt, type ParseOptions } from './registry/parse.ts'
export { defaultConfig, gatesOf, parseConfig, type Config } from './registry/config.ts'
export {
  goldenPathsOf,
  isPromptPath,
  loadRegistry,
  parseOptionsOf,
  promptsFolderOf,
  tapePathOf,
} from './registry/registry.ts'
export { parseGoldenSet, type Case, type GoldenSet, type ScorerSpec } from './registry/golden.ts'
export { placeholders } from './registry/template.ts'
export { render, type RenderedMessage } from './registry/render.ts'
export { adapterName, providerSettings, type ProviderSettings } from './registry/presets.ts'
export type { ParsedPrompt, PromptFile } from './registry/prompt-file.ts'

export { builtinCatalog, builtinTable, makeCatalog, type Catalog } from './catalog/catalog.ts'
export { estimateTokens } from './catalog/tokens.ts'
export { diffPrompts, type PromptChange } from './diff/prompt-diff.ts'
export { lintPrompts, type LintSubject, type ModelFacts } from './lint/lint.ts'
export { fileSubjects, lintFiles, type FileSubject } from './lint/lint-files.ts'
export { rules } from './lint/rules/index.ts'
export { fixText } from './lint/fix.ts'

export { requestKey } from './tape/key.ts'
export { parseTape } from './tape/tape-text.ts'
export { toAnswer, type TapeLine } from './tape/line.ts'
export { layers, memoryTape, type TapeStore } from './tape/store.ts'
export type { Answer, Evidence, ModelRequest, Usage } from './tape/exchange.ts'

export { makeAsk, type Ask, type AskPorts } from './eval/ask.ts'
export { collect } from './eval/collect.ts'
export { fixedClock, systemClock, type Clock } from './eval/ports.ts'
export { replay } from './eval/providers/replay.ts'
export { scripted } from './eval/providers/scripted.ts'
export { ProviderFault, type Provider } from './eval/providers/provider.ts'
export { buildRequest, type Side } from './eval/request.ts'
export type { CaseResult, CaseRun, RunReport, Score } from './eval/result.ts'
export { caseResult, run } from './eval/run.ts'
export { reasonOf, scoreAnswer, specProblems } from './eval/score.ts'
export { baseOf } from './gate/base-of.ts'
export type { Comparison, Pair, PromptVerdict, Verdict } from './gate/verdict.ts'
export { verdictMarkdown, type Links } from './report/markdown.ts'
export { runText, verdictText } from './report/text.ts'
export { findingsSummary, findingsText } from './report/findings-text.ts'
export { findingsAnnotations } from './report/annotations.ts'
export { findingsMarkdown } from './report/findings-markdown.ts'
export { findingsJunit } from './report/junit.ts'
export { findingsSarif } from './report/sarif.ts'
export { ruleUrl } from './text/rule-url.ts'

export { formats, formatsOf } from './formats/index.ts'
export { exportGolden } from './formats/export-golden.ts'
export { exportPython, type PythonExport } from './formats/python.ts'
export type { ExportedFiles, Format, Imported, ImportOptions, Loss } from './formats/format.ts'
