import { mean } from './bootstrap.ts'
import type { Interval } from './interval.ts'
import { zOf } from './normal.ts'

/** An estimate with its standard error and interval, in the unit of the scores. */
export type PpiMean = { theta: number; se: number } & Interval

/**
 * Prediction-powered mean: what people would say on all cases, from a judge's scores of N cases and n cases that people
 * labelled too. θ = mean_N(f) − mean_n(f − Y), se² = var_N(f)/N + var_n(f − Y)/n with population variances, λ = 1.
 * A. Angelopoulos et al., Science 382 (2023). `labels[i]` and `judgedLabelled[i]` are of one case.
 */
export function ppiMean(
  labels: readonly number[],
  judgedLabelled: readonly number[],
  judged: readonly number[],
  level = 0.95,
): PpiMean | null {
  if (labels.length === 0 || judged.length === 0) return null
  const errors = labels.map((label, i) => judgedLabelled[i]! - label)
  const theta = mean(judged) - mean(errors)
  const se = Math.sqrt(variance(judged) / judged.length + variance(errors) / errors.length)
  const half = zOf(level) * se
  return { theta, se, lo: theta - half, hi: theta + half }
}

/** Population variance (divided by n). */
function variance(values: readonly number[]): number {
  const centre = mean(values)
  return mean(values.map((x) => (x - centre) ** 2))
}
