import { collect, type RunFacts } from '../eval/collect.ts'
import type { CaseResult, RunReport } from '../eval/result.ts'
import { pricesLine } from '../catalog/price.ts'
import { estimateTokens } from '../catalog/tokens.ts'
import { diffPrompts } from '../diff/prompt-diff.ts'
import type { Decision } from '../gate/decide.ts'
import type { Comparison, PromptVerdict } from '../gate/verdict.ts'
import { tango } from '../stats/interval.ts'
import { minimumDetectableDrop } from '../stats/mde.ts'
import { command, packageVersion } from '../text/command.ts'
import type { Change } from './changes.ts'
import type { JudgedChange } from './judge-change.ts'

const power = 0.8

/** What is known of all prompts together: how many were tested at once, this one's adjusted p, base's name, the catalogue's day. */
export type AcrossPrompts = { tested: number; pHolm: number | null; baseLabel: string; catalogAsOf: string }

/** What a report says of a prompt when lint stopped the check before anything ran. */
export const lintBlocked = (change: Change): PromptVerdict => ({
  ...factsOf(change, 0),
  ...nothing,
  verdict: 'blocked',
  reason: 'lint',
  gates: [],
  look_first: [],
  notes: [],
})

/** Puts together what a report says of one prompt. `decision` null: no case was run. */
export function promptVerdict(
  change: Change,
  judged: Judged,
  decision: Decision | null,
  across: AcrossPrompts,
): PromptVerdict {
  const facts = factsOf(change, across.tested)
  const { judgement, schema } = judged
  const comparison = judgement && compare(change, judged, across.catalogAsOf)
  if (!judgement || !comparison || !decision) return { ...facts, ...nothing, ...withoutCases(change, judged) }
  const testChanged = testOutcome(change, judged, decision)
  const outcome = testChanged?.isBlocked
    ? { verdict: 'blocked' as const, reason: 'test-changed' as const }
    : { verdict: decision.verdict, reason: decision.reason }
  return {
    ...facts,
    ...decision,
    ...outcome,
    gates: [
      schema,
      {
        gate: 'golden',
        result: decision.verdict === 'incomplete' ? 'incomplete' : decision.verdict === 'blocked' ? 'fail' : 'pass',
        passed: decision.floor?.k ?? 0,
        of: decision.floor?.n ?? 0,
      },
    ],
    critical: judgement.critical,
    broken: judgement.broken,
    unconfirmed: judgement.unconfirmed,
    flaky: judgement.flaky,
    p: judgement.stage2?.p ?? judgement.stage1?.p ?? null,
    p_holm: across.pHolm,
    look_first: lookFirst(change, comparison, decision, judged),
    ...(testChanged ? { test_changed: testChanged.rows } : {}),
    comparison,
    notes: notesOf(change, judged, comparison, across.baseLabel),
  }
}

type Judged = JudgedChange & { own: Decision | null }

const nothing = {
  floor: null,
  critical: [],
  broken: [],
  unconfirmed: [],
  flaky: [],
  p: null,
  p_holm: null,
  improved: false,
  inconclusive: false,
}

function factsOf(change: Change, tested: number) {
  const { head, base } = change
  return {
    name: head.name,
    path: head.path,
    version: head.version,
    ...(base ? { base_version: base.version, base_path: base.path } : {}),
    changed: change.changed,
    accepted: [] as [],
    ...(change.changed.includes('tape') ? { tape: change.tape } : {}),
    change: diffPrompts(base, head, { tokens: (text) => estimateTokens(text).tokens }),
    m: tested,
  }
}

function withoutCases(
  change: Change,
  { schema, of, runsGolden }: Judged,
): Pick<PromptVerdict, 'verdict' | 'reason' | 'gates' | 'look_first' | 'notes'> {
  if (schema.result === 'fail')
    return {
      verdict: 'blocked',
      reason: 'schema',
      gates: [schema, notRun('gate 1 failed')],
      look_first: [],
      notes: [schema.reason ?? ''],
    }
  const gates = [schema, notRun(of === 0 ? 'no golden cases' : 'not asked for')]
  if (of > 0 || !runsGolden) return { verdict: 'pass', reason: 'no-change-detected', gates, look_first: [], notes: [] }
  return {
    verdict: 'pass',
    reason: 'no-golden-cases',
    gates,
    look_first: ['no golden cases: only the text was checked'],
    notes: [
      `Have behaviour tested: 10 inputs in prompts/golden/${change.head.name}.yaml are enough to start; expected answers are not needed (cases without one are compared with the base).`,
    ],
  }
}

const notRun = (reason: string) => ({ gate: 'golden' as const, result: 'not-run' as const, passed: 0, of: 0, reason })

function compare(change: Change, judged: Judged, catalogAsOf: string): Comparison {
  const judgement = judged.judgement!
  const { counts } = judgement
  const asOf = { catalog_as_of: catalogAsOf }
  const head = report(change, judged, 'head', judgement.head, asOf)
  const base = judgement.base && report(change, judged, 'base', judgement.base, asOf)
  const hasPairs = base !== null && counts.n > 0
  const fixRate = counts.n === 0 ? 0 : Math.max(0.02, counts.better / counts.n)
  const changed = judgement.pairs.filter((pair) => sameAsBase(judgement.head, pair.case) === false)
  const compared = judgement.pairs.filter((pair) => sameAsBase(judgement.head, pair.case) !== null)
  return {
    format: 1,
    baseline: base ? 'merge-base' : 'none',
    base,
    head,
    pairs: judgement.pairs,
    counts,
    delta: hasPairs ? (counts.better - counts.worse) / counts.n : null,
    interval: hasPairs ? { method: 'tango', level: 0.95, ...tango(counts, 0.95) } : null,
    interval90: hasPairs ? { method: 'tango', level: 0.9, ...tango(counts, 0.9) } : null,
    stage1: judgement.stage1,
    ...(judgement.stage2 ? { stage2: judgement.stage2 } : {}),
    mde: smallestDrop(counts.n, fixRate),
    ...(compared.length > 0
      ? { same_as_base: { n: compared.length, changed: changed.length, cases: changed.map((pair) => pair.case) } }
      : {}),
    notices: [],
  }
}

function smallestDrop(n: number, fixRate: number): Comparison['mde'] {
  const drop = n === 0 ? null : minimumDetectableDrop(n, fixRate)
  return drop === null ? null : { drop, fix_rate: fixRate, power }
}

// null: the case has an expectation, or base has no answer.
function sameAsBase(results: readonly CaseResult[], id: string): boolean | null {
  const result = results.find((one) => one.case === id)
  return result?.runs[0]?.scores.find((score) => score.scorer === 'same-as-base')?.pass ?? null
}

function report(
  change: Change,
  judged: Judged,
  side: 'base' | 'head',
  cases: readonly CaseResult[],
  asOf: Pick<RunFacts, 'catalog_as_of'>,
): RunReport {
  const prompt = side === 'base' ? change.base! : change.head
  const set = side === 'base' ? (change.golden.base ?? change.golden.head) : (change.golden.head ?? change.golden.base)
  const facts: RunFacts = {
    tool: `Assay ${packageVersion}`,
    side,
    commit: null,
    prompt: { name: prompt.name, version: prompt.version, path: prompt.path, hash: prompt.canonicalHash },
    golden: set && { path: set.path, hash: set.hash, n: set.cases.length },
    model: judged.sides[side]!.side.model,
    gate: 'golden',
    mode: judged.sides[side]!.endpoint.provider ? 'record-missing' : 'replay',
    ...asOf,
    // The two sides share one cap and one ledger; what was spent stands on head.
    spentMicroUsd: side === 'head' ? judged.ledger.spent : 0,
    capMicroUsd: judged.ledger.cap,
  }
  return collect(cases, facts)
}

function testOutcome(change: Change, judged: Judged, decision: Decision) {
  if (!change.test || !judged.own) return null
  const row = (one: Decision) => ({
    verdict: one.verdict,
    reason: one.reason,
    passed: one.floor?.k ?? 0,
    of: one.floor?.n ?? 0,
  })
  return {
    isBlocked: decision.verdict !== 'incomplete' && judged.own.verdict !== decision.verdict,
    rows: { changes: change.test, own: row(judged.own), base: row(decision) },
  }
}

function lookFirst(change: Change, comparison: Comparison, decision: Decision, judged: Judged): string[] {
  const reasons: string[] = []
  if (decision.verdict !== 'pass') return reasons
  const claimed = comparison.head.evidence.claimed + (comparison.base?.evidence.claimed ?? 0)
  if (claimed > 0) reasons.push('answers recorded by the author')
  if (decision.reason === 'no-golden-cases') reasons.push('no golden cases: only the text was checked')
  reasons.push(...decision.look_first)
  if (change.test && (!change.changed.includes('prompt') || judged.own)) reasons.push('test changed')
  return reasons
}

function notesOf(change: Change, judged: Judged, comparison: Comparison, baseLabel: string): string[] {
  const notes: string[] = []
  const name = change.head.name
  const { judgement, sides, of, test } = judged
  if (judgement?.incomplete) {
    notes.push(judgement.incomplete.text)
    const key = sides.head.endpoint.settings.api_key_env
    const other = key ? `Set ${key}, or record them` : 'Record them'
    notes.push(
      judgement.incomplete.reason === 'missing-answers'
        ? `${other}: ${command(`record ${name} --base ${baseLabel}`)}`
        : judgement.incomplete.reason === 'budget'
          ? budgetAdvice(judgement.incomplete.text, sides.head)
          : 'Run again when the provider answers; finished answers are kept.',
    )
  }
  const claimed = comparison.head.cases.filter((result) => result.runs[0]?.evidence === 'claimed').length
  if (claimed > 0 && sides.head.endpoint.settings.api_key_env) {
    notes.push(
      `${claimed} answers were recorded by the author; set ${sides.head.endpoint.settings.api_key_env} to have them asked here.`,
    )
  } else if (claimed > 0) notes.push(`${claimed} answers were recorded by the author; they were not asked here.`)
  notes.push(...sides.refused)
  if (test.cases.length < of) notes.push(`${test.cases.length} of ${of} cases are asked (gates.golden.max_cases).`)
  if (comparison.counts.n > 0 && comparison.counts.n < 5)
    notes.push(`${comparison.counts.n} cases are too few to see more than a broken case.`)
  return notes
}

/** A cap cannot be kept at an unknown price: the lines to paste, whose zeros are to be replaced. */
function budgetAdvice(text: string, { side, endpoint }: Judged['sides']['head']): string {
  if (!text.includes('no price for')) return 'Raise gates.golden.max_cost_usd on the base branch, or ask fewer cases.'
  const own = `providers: { ${endpoint.settings.id}: { price: none } }`
  return `Paste into assay.yaml:  ${pricesLine(side.model)}  or, for your own server:  ${own}`
}
