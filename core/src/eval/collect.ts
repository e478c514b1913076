import { wilson } from '../stats/interval.ts'
import type { CaseResult, CaseRun, RunReport, Why } from './result.ts'

/** What the report of a run is told beside its cases. */
export type RunFacts = Pick<
  RunReport,
  'tool' | 'side' | 'commit' | 'prompt' | 'golden' | 'model' | 'gate' | 'mode' | 'catalog_as_of'
> & { spentMicroUsd: number; capMicroUsd: number | null }

/** The report of one side from its cases, sorted by their place in the golden set. Only first runs count in totals. */
export function collect(results: readonly CaseResult[], facts: RunFacts): RunReport {
  const { spentMicroUsd, capMicroUsd, ...rest } = facts
  const cases = results.toSorted((a, b) => a.index - b.index)
  const stateCount = (state: CaseResult['state']) => cases.filter((result) => result.state === state).length
  const totals = {
    n: cases.length,
    passed: stateCount('passed'),
    failed: stateCount('failed'),
    unanswered: stateCount('unanswered'),
    unscored: stateCount('unscored'),
  }
  const judged = totals.passed + totals.failed
  const firsts = cases.flatMap((result) => result.runs.find((one) => one.i === 0) ?? [])
  const all = cases.flatMap((result) => result.runs)
  return {
    format: 1,
    ...rest,
    cases,
    totals,
    pass_rate: judged === 0 ? null : { method: 'wilson', level: 0.95, ...wilson(totals.passed, judged) },
    by_tag: tagCounts(cases),
    scores: scoreMeans(firsts),
    evidence: evidenceOf(all),
    models: countOf(all.map((one) => one.response_model)),
    fingerprints: countOf(all.map((one) => one.fingerprint)),
    usage: meanUsage(firsts),
    cost_micro_usd: { per_call: meanCost(firsts), spent: spentMicroUsd, cap: capMicroUsd },
    latency_ms: latency(firsts),
    errors: errorsOf(cases),
  }
}

function tagCounts(cases: readonly CaseResult[]): RunReport['by_tag'] {
  const tags: RunReport['by_tag'] = {}
  for (const result of cases) {
    if (result.state !== 'passed' && result.state !== 'failed') continue
    for (const tag of result.tags) {
      const row = (tags[tag] ??= { n: 0, passed: 0 })
      row.n += 1
      if (result.state === 'passed') row.passed += 1
    }
  }
  return tags
}

function scoreMeans(runs: readonly CaseRun[]): RunReport['scores'] {
  const values = new Map<string, (number | null)[]>()
  for (const one of runs) {
    for (const score of one.scores) values.set(score.name, [...(values.get(score.name) ?? []), score.value])
  }
  return Object.fromEntries(
    [...values].map(([name, list]) => {
      const defined = list.filter((value) => value !== null)
      const mean = defined.length === 0 ? null : defined.reduce((sum, value) => sum + value, 0) / defined.length
      return [name, { n: defined.length, undefined: list.length - defined.length, mean }]
    }),
  )
}

function evidenceOf(runs: readonly CaseRun[]): RunReport['evidence'] {
  const times = runs.map((one) => one.at).toSorted()
  const count = (level: CaseRun['evidence']) => runs.filter((one) => one.evidence === level).length
  return {
    measured: count('measured'),
    recorded: count('recorded'),
    claimed: count('claimed'),
    oldest: times[0] ?? null,
    newest: times.at(-1) ?? null,
  }
}

function countOf(names: readonly (string | null)[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) if (name !== null) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

function meanUsage(runs: readonly CaseRun[]): RunReport['usage'] {
  const usages = runs.flatMap((one) => one.usage ?? [])
  if (usages.length === 0) return null
  return { n: usages.length, in: mean(usages.map((usage) => usage.in)), out: mean(usages.map((usage) => usage.out)) }
}

// One call without a price makes the mean unknown: a mean of the others would be a number that nobody measured.
function meanCost(runs: readonly CaseRun[]): number | null {
  const costs = runs.map((one) => one.cost_micro_usd)
  return costs.length === 0 || costs.includes(null) ? null : mean(costs as number[])
}

function latency(runs: readonly CaseRun[]): RunReport['latency_ms'] {
  if (runs.length === 0) return null
  const sorted = Float64Array.from(runs, (one) => one.ms).toSorted()
  // Nearest rank: always a latency that was measured.
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
  return { n: sorted.length, p50: rank(0.5), p95: rank(0.95) }
}

function errorsOf(cases: readonly CaseResult[]): RunReport['errors'] {
  const errors = new Map<Why, { count: number; example: string }>()
  for (const result of cases) {
    if (result.state !== 'unanswered') continue
    const row = errors.get(result.why) ?? { count: 0, example: result.reason }
    errors.set(result.why, { ...row, count: row.count + 1 })
  }
  return [...errors].map(([kind, row]) => ({ kind, ...row }))
}
