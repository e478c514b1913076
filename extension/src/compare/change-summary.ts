import { diffPrompts, estimateTokens, type PromptFile, type RunReport } from '@assay/core'

/** What the comparison of two versions is told from. */
export type ChangeFacts = {
  label: string
  base: PromptFile | null
  head: PromptFile
  /** The golden cases of the working tree, replayed for each side; null: there are none. */
  baseRun: RunReport | null
  headRun: RunReport | null
  /** Whose values the texts below are shown with. */
  caseId: string | null
  /** Parts that are the same on both sides, and are not shown. */
  same: readonly string[]
  /** Why a case's answer is not shown. */
  answer: string | null
}

/** Both sides of the first document of a comparison. The same input gives the same texts. */
export type ChangeSummary = { base: string | null; head: string }

/** What each version is and how its golden cases do, side by side; the change in words stands on the right. */
export function changeSummary(o: ChangeFacts): ChangeSummary {
  const { base, head, label, same, caseId, answer } = o
  const change = diffPrompts(base, head, { tokens: (text) => estimateTokens(text).tokens })
  const words = base ? `Change: ${change.words}.` : `Not on ${label} yet: ${change.words}.`
  const sides = {
    base: base && facts(base, label, o.baseRun, change.tokens.before),
    head: facts(head, 'working tree', o.headRun, change.tokens.after),
  }
  const shown =
    caseId === null
      ? 'No golden cases: placeholders stay as they are.'
      : `Below: case ${caseId}. For another one: "Assay: Choose Case…".`
  const rows = [
    ...sides.head,
    '',
    words,
    ...(base && same.length > 0 ? [`The same on both sides: ${same.join(', ')}.`] : []),
    ...flipRows(o),
    '',
    shown,
    ...(answer ? [answer] : []),
  ]
  return { base: sides.base && text(sides.base), head: text(rows) }
}

const facts = (prompt: PromptFile, where: string, run: RunReport | null, tokens: number): string[] => [
  `# ${prompt.name} ${prompt.version}, ${where}`,
  '',
  `Golden cases: ${run ? runWords(run) : 'none'}`,
  ...(run && run.totals.unanswered > 0 ? [`No recorded answer: ${run.totals.unanswered}`] : []),
  `Model: ${prompt.modelText}`,
  `Text: about ${tokens.toLocaleString('en-US')} tokens`,
]

const text = (rows: readonly string[]): string => `${rows.join('\n')}\n`

const shownFlips = 6

/** Cases that pass on one side alone, by name. */
function flipRows({ baseRun, headRun }: ChangeFacts): string[] {
  const { better, worse } = flips(baseRun, headRun)
  const row = (words: string, ids: string[]): string[] => {
    const more = ids.length > shownFlips ? `, and ${ids.length - shownFlips} more` : ''
    return ids.length === 0 ? [] : [`${words}: ${ids.slice(0, shownFlips).join(', ')}${more}.`]
  }
  return [...row('Failed before, passes now', better), ...row('Passed before, fails now', worse)]
}

/** Ids of the cases whose outcome differs. One recorded answer a side: what is shown, not what is proved. */
export function flips(baseRun: RunReport | null, headRun: RunReport | null): { better: string[]; worse: string[] } {
  const before = new Map((baseRun?.cases ?? []).map((result) => [result.case, result.state]))
  const changed = (from: string, to: string): string[] =>
    (headRun?.cases ?? [])
      .filter(({ case: id, state }) => before.get(id) === from && state === to)
      .map(({ case: id }) => id)
  return { better: changed('failed', 'passed'), worse: changed('passed', 'failed') }
}

/** The case that shows most of a change: one that got worse, else better, else any whose answer differs. */
export function tellingCase(baseRun: RunReport | null, headRun: RunReport | null): string | null {
  const { better, worse } = flips(baseRun, headRun)
  const before = new Map((baseRun?.cases ?? []).map((result) => [result.case, result.runs[0]?.excerpt]))
  const differs = headRun?.cases.find(({ case: id, runs }) => {
    const [was, is] = [before.get(id), runs[0]?.excerpt]
    return was !== undefined && is !== undefined && was !== is
  })
  return worse[0] ?? better[0] ?? differs?.case ?? null
}

/** `24/25 passed (95 % 80.5–99.3 %)`: never a share without its count and interval. */
export function runWords({ totals, pass_rate: rate }: RunReport): string {
  const judged = totals.passed + totals.failed
  const passed = rate ? [`${totals.passed}/${judged} passed (95 % ${percent(rate.lo)}–${percent(rate.hi)} %)`] : []
  const unscored = totals.unscored > 0 ? [`${totals.unscored} without expectation`] : []
  return [...passed, ...unscored].join(', ') || 'none judged'
}

const percent = (share: number): string => (share * 100).toFixed(1)
