import {
  buildRequest,
  builtinCatalog,
  caseResult,
  collect,
  command,
  oneLine,
  packageVersion,
  run,
  runText,
  specProblems,
  type Answer,
  type Case,
  type CaseResult,
  type RunReport,
} from '@assay/core'
import type { CancellationToken, TestItem, TestMessage, TestRun } from 'vscode'
import { todayOf } from '../authoring/lint-prompt.ts'
import type { BaseSide, BaseVersions } from '../compare/base-version.ts'
import type { PromptEntry } from '../folder-registry.ts'
import type { PromptWorkspace } from '../prompt-workspace.ts'
import type { Vscode } from '../vscode.ts'
import { caseContent, errorOf, type EvalTree, type ItemRef } from './eval-tree.ts'
import type { LastResults } from './last-results.ts'
import { asMarkdown, failureMessages } from './result-messages.ts'
import { replayAsk, sideOf } from './side.ts'

export type RunParts = {
  vscode: Vscode
  prompts: PromptWorkspace
  bases: BaseVersions
  tree: EvalTree
  results: LastResults
  now: () => Date
}

/** The cases of one prompt that a run was asked for. */
export type Selected = { item: TestItem; ref: ItemRef; cases: TestItem[] }

const sliceMs = 8

/** Replays the chosen cases of one prompt from the tape. Nothing is asked, nothing is spent, nothing is written. */
export async function replayPrompt(parts: RunParts, selected: Selected, testRun: TestRun, token: CancellationToken) {
  const { tree, results } = parts
  const { item, ref } = selected
  const entry = ref.folder.registry.entry(ref.path)
  if (!entry?.prompt || !entry.golden?.set) return
  const problem = errorOf(entry)
  if (problem) {
    // A set that lost a case without a word would pass too easily.
    for (const each of selected.cases) each.description = 'not run: the golden set has errors'
    testRun.errored(item, messageAt(parts.vscode, problem, item))
    return
  }
  const byId = new Map(selected.cases.map((each) => [tree.refOf(each)?.case?.id ?? '', each]))
  const cases = entry.golden.set.cases.filter((c) => byId.has(c.id))
  const base = await baseFor(parts, ref, entry, cases)
  const job: Job = { ...parts, entry, ref, base, testRun, messages: new Map(), items: byId }
  const done = await replayCases(job, cases, token)
  const report = reportOf(entry, done)
  write(testRun, report, byId, base?.label ?? '')
  // A run of a few cases says nothing about the others.
  if (cases.length < entry.golden.set.cases.length || token.isCancellationRequested) return
  const contents = new Map(cases.map((c) => [c.id, caseContent(c)]))
  results.finish({ id: item.id, report, contents, messages: job.messages })
}

/** Only a case without an expectation looks at the base version; no other run waits for Git. */
async function baseFor({ bases }: RunParts, { folder }: ItemRef, entry: PromptEntry, cases: readonly Case[]) {
  const known = bases.known(folder, entry)
  if (known || cases.every((c) => c.expected !== undefined)) return known ?? null
  return bases.load(folder, entry).catch(() => null)
}

type Job = RunParts & {
  entry: PromptEntry
  ref: ItemRef
  base: BaseSide | null
  testRun: TestRun
  messages: Map<string, TestMessage[]>
  items: Map<string, TestItem>
}

async function replayCases(job: Job, cases: readonly Case[], token: CancellationToken): Promise<CaseResult[]> {
  const { entry, ref, base, testRun, items } = job
  const prompt = entry.prompt!
  const { config } = ref.folder.registry
  const today = todayOf(job.now())
  const side = sideOf('head', prompt, config, today)
  const scoring = prompt.outputSchema === undefined ? {} : { outputSchema: prompt.outputSchema }
  const usable = cases.filter((c) => {
    const built = buildRequest(side, c, 0)
    const problem = built.ok ? specProblems(c, scoring)[0] : built.problem
    if (problem) testRun.errored(items.get(c.id)!, messageAt(job.vscode, problem, items.get(c.id)!))
    return !problem
  })
  const ask = replayAsk([entry.tape?.lines ?? []])
  const baseSide = base?.prompt ? sideOf('base', base.prompt, config, today) : null
  const askBase = replayAsk([base?.tape ?? [], entry.tape?.lines ?? []])
  const done: CaseResult[] = []
  let started = performance.now()
  for await (const { case: c, samples } of run(side, usable, ask)) {
    if (token.isCancellationRequested) break
    const item = items.get(c.id)!
    testRun.started(item)
    const sample = samples[0]
    const result = caseResult(c, samples, scoring, baseSide ? await baseAnswer(baseSide, c, askBase) : undefined)
    done.push(result)
    show(job, c, item, result, sample?.ok ? sample.answer : null)
    if (performance.now() - started < sliceMs) continue
    await new Promise((resolve) => setTimeout(resolve, 0))
    started = performance.now()
  }
  return done
}

async function baseAnswer(
  side: ReturnType<typeof sideOf>,
  c: Case,
  ask: ReturnType<typeof replayAsk>,
): Promise<Answer | undefined> {
  const built = buildRequest(side, c, 0)
  const asked = built.ok ? await ask(built.request, c.id) : null
  return asked?.ok ? asked.answer : undefined
}

function show(job: Job, c: Case, item: TestItem, result: CaseResult, answer: Answer | null): void {
  const { testRun, vscode } = job
  item.description = ''
  if (result.state === 'unanswered') {
    item.description = vscode.l10n.t('no recorded answer')
    testRun.skipped(item)
  } else if (result.state === 'failed' && answer) {
    const messages = failure(job, c, item, result, answer)
    job.messages.set(c.id, messages)
    testRun.failed(item, messages)
  } else {
    // A case without expectation is never red: that its answer changed is for a person to judge.
    if (c.expected === undefined) item.description = unexpectedWords(result, vscode)
    testRun.passed(item)
  }
}

function unexpectedWords(result: CaseResult, vscode: Vscode): string {
  return isChanged(result) ? vscode.l10n.t('changed') : vscode.l10n.t('nothing expected')
}

const isChanged = (result: CaseResult): boolean =>
  result.runs[0]?.scores.some(({ scorer, pass }) => scorer === 'same-as-base' && pass === false) ?? false

/** Cases without an expectation that answer otherwise than the base version did. */
const changedCases = ({ cases }: RunReport): string[] => cases.filter(isChanged).map((result) => result.case)

/** First the sentence, then the two texts: with the texts alone the editor would show `{…} != {…}` and hide the words. */
function failure(job: Job, c: Case, item: TestItem, result: CaseResult, answer: Answer): TestMessage[] {
  const { vscode, entry } = job
  const { headline, expected, actual } = failureMessages(c, result, answer, entry.prompt?.outputSchema)
  const words = new vscode.TestMessage(new vscode.MarkdownString(asMarkdown(headline)))
  const texts =
    expected === null
      ? new vscode.TestMessage(actual)
      : vscode.TestMessage.diff(vscode.l10n.t('Expected and actual answer'), expected, actual)
  if (expected !== null) texts.contextValue = 'assay.mismatch'
  for (const message of [words, texts]) message.location = new vscode.Location(item.uri!, item.range!)
  return [words, texts]
}

function messageAt(vscode: Vscode, text: string, item: TestItem): TestMessage {
  const message = new vscode.TestMessage(text)
  if (item.uri && item.range) message.location = new vscode.Location(item.uri, item.range)
  return message
}

/** The same report that `assay eval` makes of these cases. */
function reportOf(entry: PromptEntry, results: readonly CaseResult[]): RunReport {
  const prompt = entry.prompt!
  const set = entry.golden!.set!
  return collect(results, {
    tool: `Assay ${packageVersion}`,
    side: 'head',
    commit: null,
    prompt: { name: prompt.name, version: prompt.version, path: prompt.path, hash: prompt.canonicalHash },
    golden: { path: set.path, hash: set.hash, n: set.cases.length },
    model: prompt.model.deployment ?? prompt.model.id,
    gate: 'golden',
    mode: 'replay',
    catalog_as_of: builtinCatalog.asOf,
    spentMicroUsd: 0,
    capMicroUsd: null,
  })
}

/** The report as it stands, line by line, so that a case's own line is also found at the case. */
function write(testRun: TestRun, report: RunReport, items: Map<string, TestItem>, base: string): void {
  const rows = runText(report, { color: true }).split('\n')
  const told = report.cases.filter(({ state }) => state === 'failed' || state === 'unanswered')
  for (const [index, row] of rows.entries()) {
    const result = told[index - 2]
    // The output is a terminal: a bare line feed would make stairs.
    testRun.appendOutput(`${row}\r\n`, undefined, result && items.get(result.case))
  }
  for (const id of changedCases(report)) {
    const words = `  ~ ${oneLine(id)}   answer changed against ${oneLine(base)}; nothing is expected yet`
    testRun.appendOutput(`${words}\r\n`, undefined, items.get(id))
  }
  if (report.totals.unanswered > 0) testRun.appendOutput(`${missingWords(report)}\r\n`)
  testRun.appendOutput('\r\n')
}

/** How many answers are missing, and the command that records them. */
export function missingWords({ totals, prompt }: Pick<RunReport, 'totals' | 'prompt'>): string {
  const { unanswered, n } = totals
  const have = `${n === 1 ? 'case' : 'cases'} ${unanswered === 1 ? 'has' : 'have'}`
  return `${unanswered} of ${n} ${have} no recorded answer for this text. To record:\r\n  ${command(`record ${prompt.name}`)}`
}
