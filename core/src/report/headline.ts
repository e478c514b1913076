import { firstRun, type Pair, type PromptVerdict, type Verdict } from '../gate/verdict.ts'
import type { CaseRun, RunReport } from '../eval/result.ts'
import { clip } from '../text/escape.ts'
import { command } from '../text/command.ts'
import { dollars, plural, whole } from './numbers.ts'

/** The words of a verdict in plain text: what every surface says first. Reporters escape them for their surface. */
export type Headline = { word: string; why: string | null; what: string; move: string; cost: string; change: string }

const clipped = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 1).trimEnd()}…`

/** Worst first: what decides stands on top. */
export function worstFirst(prompts: readonly PromptVerdict[]): PromptVerdict[] {
  const rank = (prompt: PromptVerdict): number =>
    prompt.verdict === 'blocked' ? 0 : prompt.verdict === 'incomplete' ? 1 : prompt.look_first.length > 0 ? 2 : 3
  return prompts.toSorted(
    (a, b) => rank(a) - rank(b) || b.broken.length - a.broken.length || (a.name < b.name ? -1 : 1),
  )
}

/** Headline, numbers, next move, cost and change of a verdict. `what` is at most 170, `move` and `cost` together 150, `change` 200 characters. */
export function headlineOf(verdict: Verdict): Headline {
  const [worst] = worstFirst(verdict.prompts)
  const word = wordOf(verdict)
  const why = word === 'ready to merge, look first' ? (verdict.look_first[0] ?? null) : null
  return {
    word,
    why,
    // Line 1 has 170 characters for all of it.
    what: clipped(whatOf(verdict, worst, word), 150 - word.length - (why?.length ?? 0)),
    move: clipped(moveOf(verdict, worst), 150),
    cost: costOf(verdict, worst),
    change: changeOf(verdict, worst),
  }
}

function wordOf(verdict: Verdict): string {
  if (verdict.verdict === 'blocked') return 'merge blocked'
  if (verdict.verdict === 'error') return 'could not run'
  if (verdict.verdict === 'incomplete') {
    if (verdict.reason === 'budget') return 'stopped at the budget'
    return verdict.fork ? 'needs a maintainer' : 'no verdict yet'
  }
  if (verdict.reason === 'nothing-to-check') return 'nothing to check'
  if (verdict.look_first.length > 0) return 'ready to merge, look first'
  return verdict.reason === 'no-baseline' ? 'ready to merge, no baseline' : 'ready to merge'
}

/** `contract_extraction 2.1.0 → 2.2.0`. */
export const nameAndVersions = (prompt: PromptVerdict): string => {
  const before = prompt.base_version
  return before === undefined || before === prompt.version
    ? `${prompt.name} ${prompt.version}`
    : `${prompt.name} ${before} → ${prompt.version}`
}

/** `47/50`, or null when nothing was judged. */
export const passed = (report: RunReport | null | undefined): string | null =>
  report && report.totals.passed + report.totals.failed > 0
    ? `${report.totals.passed}/${report.totals.passed + report.totals.failed}`
    : null

function whatOf(verdict: Verdict, worst: PromptVerdict | undefined, word: string): string {
  if (verdict.reason === 'lint') {
    const errors = verdict.findings.filter((finding) => finding.severity === 'error')
    const rules = [...new Set(errors.map((finding) => finding.rule))]
    const files = [...new Set(errors.map((finding) => finding.path))]
    return `${plural(errors.length, 'lint error')} (${rules.join(', ')}) in ${files.length === 1 ? files[0] : plural(files.length, 'file')}; no model was asked`
  }
  if (verdict.verdict === 'error') return verdict.notes[0] ?? ''
  if (!worst) return 'no prompt, golden set, tape, schema or Assay setting differs from the base.'
  const others = verdict.prompts.length > 1 ? `; ${plural(verdict.prompts.length - 1, 'other prompt')}` : ''
  const name = nameAndVersions(worst)
  const comparison = worst.comparison
  if (worst.reason === 'schema') {
    const gate = worst.gates.find(({ gate: id }) => id === 'schema')
    return `${name}: ${(gate?.of ?? 0) - (gate?.passed ?? 0)} of ${gate?.of ?? 0} recorded answers are not valid against output_schema${others}`
  }
  if (!comparison) return `${name}, no model asked${others}`
  const head = passed(comparison.head) ?? '0/0'
  const base = passed(comparison.base)
  const { worse, better } = comparison.counts
  if (worst.verdict === 'incomplete') return `${name}: ${worst.notes[0] ?? 'answers are missing'}${others}`
  const test = worst.test_changed
  if (worst.reason === 'test-changed' && test) {
    const [old, own] = [test.base, test.own].map(
      (row) => `${row.verdict === 'blocked' ? 'fails' : 'passes'} (${row.passed}/${row.of})`,
    )
    return `${name} changes the prompt and its own test: with the old cases it ${old}, with the new ones it ${own}${others}`
  }
  if (worst.broken.length > 0 || worst.critical.length > 0) {
    const ids = [...new Set([...worst.critical, ...worst.broken])]
    const confirmed = comparison.pairs.filter((pair) => ids.includes(pair.case) && pair.confirm)
    return `${name} breaks ${plural(ids.length, 'golden case')} that passed (${base} → ${head}). ${rerunSum(confirmed)}${others}`
  }
  if (worst.reason === 'no-golden-cases') {
    const same = comparison.same_as_base
    return same && same.n > 0
      ? `${name}: ${same.changed} of ${same.n} answers changed, no case has an expectation yet${others}`
      : `${name}, no model asked${others}`
  }
  if (worst.reason === 'no-baseline')
    return `new prompt ${name} passes ${head} golden cases (needs ${worst.floor?.need ?? 0}). Nothing to compare it with yet${others}`
  const numbers = `${name} passes ${head} golden cases${base === null ? '' : ` (base ${base}): ${worse} worse, ${better} better`}`
  if (worst.reason === 'floor') return `${numbers}, needs ${worst.floor?.need ?? 0}${others}`
  const same = comparison.same_as_base
  const changed = same && same.changed > 0 ? ` ${same.changed} of ${same.n} answers without an expectation changed` : ''
  const finding = worst.improved ? ' Improved' : word === 'ready to merge' ? ' No change detected' : ''
  return `${numbers}.${finding}${changed}${others}`
}

function rerunSum(pairs: readonly Pair[]): string {
  const sum = (side: 'base' | 'head', at: 0 | 1) =>
    pairs.reduce((total, pair) => total + (pair.confirm?.[side][at] ?? 0), 0)
  return `Reruns: base ${sum('base', 0)}/${sum('base', 1)}, head ${sum('head', 0)}/${sum('head', 1)}`
}

function moveOf(verdict: Verdict, worst: PromptVerdict | undefined): string {
  if (verdict.verdict === 'error') return verdict.notes[1] ?? 'Fix the input named above and run again.'
  if (verdict.reason === 'lint') return 'Fix the findings below; those marked safe: lint --fix.'
  if (verdict.reason === 'nothing-to-check')
    return `Nothing to do. ${plural(verdict.registry.prompts, 'prompt')} compared by content.`
  if (!worst) return 'Nothing to do.'
  if (verdict.reason === 'schema') return 'Fix the prompt or the schema, then record its answers again.'
  if (verdict.verdict === 'incomplete' && verdict.fork) {
    return 'Nothing of a fork is sent to a model and its recorded answers never count: a maintainer records them on a branch here.'
  }
  if (verdict.verdict === 'incomplete')
    return worst.notes[1] ?? 'Run again when the provider answers; finished answers are kept.'
  if (worst.reason === 'floor' && worst.broken.length === 0 && worst.critical.length === 0)
    return 'Improve the prompt until it meets its floor, or change the floor on the base branch first.'
  if (worst.reason === 'test-changed')
    return 'Split the change: a test change without a prompt change is shown, never blocked.'
  if (verdict.verdict === 'blocked') return 'Fix the prompt; the broken cases are below.'
  if (verdict.look_first[0]?.startsWith('answers recorded')) {
    return worst.notes[0] ?? 'The answers were not asked here; a key in CI would have them asked.'
  }
  if (worst.reason === 'no-golden-cases') return 'Read the change; its effect on answers is unknown.'
  if (worst.reason === 'no-baseline') return 'Read the failures before approving.'
  return verdict.look_first.length > 0 ? 'Look at the cases below before approving.' : 'Nothing to do.'
}

function costOf(verdict: Verdict, worst: PromptVerdict | undefined): string {
  const spent = dollars(verdict.cost_micro_usd.spent)
  const { base, head } = worst?.comparison ?? {}
  if (!head?.usage) return `This run cost ${spent}.`
  const parts: string[] = []
  const [before, after] = [base?.cost_micro_usd.per_call ?? null, head.cost_micro_usd.per_call]
  if (after !== null && before !== null)
    parts.push(
      after === before ? `cost ${dollars(after)}` : `cost ${after > before ? '+' : ''}${dollars(after - before)}`,
    )
  else if (after !== null) parts.push(`cost ${dollars(after)}`)
  const move = (name: string, a: number | undefined, b: number) =>
    `${name} ${a === undefined || Math.round(a) === Math.round(b) ? whole(b) : `${whole(a)} → ${whole(b)}`}`
  parts.push(move('tokens in', base?.usage?.in, head.usage.in), move('out', base?.usage?.out, head.usage.out))
  return `Per call: ${parts.join(', ')} · this run cost ${spent}`
}

function changeOf(verdict: Verdict, worst: PromptVerdict | undefined): string {
  if (verdict.verdict === 'error') return 'not compared; nothing was checked.'
  if (!worst) return 'none; the prompt files equal the base. Code around prompts is not tested here.'
  const others = verdict.prompts.length > 1 ? `; ${plural(verdict.prompts.length - 1, 'other prompt')}` : ''
  return `${clipped(changeWords(worst), 190 - others.length)}${others}`
}

/** What changed in a prompt, in words. */
export function changeWords(prompt: PromptVerdict): string {
  if (prompt.changed.includes('prompt') && prompt.change?.words) return prompt.change.words
  return prompt.changed.includes('test')
    ? 'the golden set; the prompt is unchanged'
    : 'only recorded answers; the prompt is unchanged'
}

/** `base 9/9, head 0/9`. */
export const rerunWords = (pair: Pair): string | null =>
  pair.confirm ? `base ${pair.confirm.base.join('/')}, head ${pair.confirm.head.join('/')}` : null

/** Where the answers come from, for footers: `25 claimed, recorded 2026-11-22`. */
export function evidenceWords(report: RunReport): string {
  // First runs only: reruns of flipped cases would make 36 answers of 12 cases.
  const firsts = report.cases.flatMap((result) => firstRun(result.runs) ?? [])
  const count = (level: CaseRun['evidence']) => firsts.filter((one) => one.evidence === level).length
  const [measured, recorded, claimed] = [count('measured'), count('recorded'), count('claimed')]
  const { oldest, newest } = report.evidence
  const parts = [
    measured > 0 ? `${measured} measured` : '',
    recorded > 0 ? `${recorded} recorded` : '',
    claimed > 0 ? `${claimed} claimed` : '',
  ]
  const days = oldest && newest ? [...new Set([oldest.slice(0, 10), newest.slice(0, 10)])].join(' to ') : ''
  return `${parts.filter(Boolean).join(', ') || 'no answers'}${days ? ` (${days})` : ''}`
}

/** How a missing answer is had: the command to paste. */
export const recordCommand = (name: string, base: string): string => command(`record ${name} --base ${base}`)

/** An answer for display: clipped, one version for all surfaces. */
export const shownAnswer = (text: string, limit = 600): string => clip(text, limit)
