import type { Interval } from './interval.ts'
import { normalCdf, normalQuantile } from './normal.ts'
import type { Random } from './rng.ts'

/** The mean of a list; NaN for an empty one. */
export const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length

/** Acceleration of a statistic by the jackknife: Σ(t̄ − t_(j))³ / 6(Σ(t̄ − t_(j))²)^1.5; 0 when nothing varies. */
export function acceleration<T>(units: readonly T[], statistic: (sample: readonly T[]) => number): number {
  const left = units.map((_, j) => statistic(units.toSpliced(j, 1)))
  const centre = mean(left)
  const squares = left.reduce((sum, t) => sum + (centre - t) ** 2, 0)
  return squares === 0 ? 0 : left.reduce((sum, t) => sum + (centre - t) ** 3, 0) / (6 * squares ** 1.5)
}

/**
 * Bias-corrected and accelerated bootstrap interval of a statistic of independent units, in the statistic's own unit. A unit
 * is one case, or the list of cases of one cluster, which are then drawn together. z0 = Φ⁻¹((#{t* < t} + ½#{t* = t})/B),
 * limits at Φ(z0 + (z0 + z)/(1 − a(z0 + z))). When all resamples agree the interval is the point. B. Efron, JASA 82 (1987).
 */
export function bca<T>(
  units: readonly T[],
  statistic: (sample: readonly T[]) => number,
  random: Random,
  { level = 0.95, resamples = 9999 }: { level?: number; resamples?: number } = {},
): Interval {
  const t = statistic(units)
  const draw = Array.from(units)
  const drawn = new Float64Array(resamples)
  for (let i = 0; i < resamples; i++) {
    for (let j = 0; j < draw.length; j++) draw[j] = units[Math.floor(random() * units.length)]!
    drawn[i] = statistic(draw)
  }
  drawn.sort()
  if (drawn[0] === drawn.at(-1)) return { lo: t, hi: t }
  const below = drawn.reduce((sum, x) => sum + (x < t ? 1 : x === t ? 0.5 : 0), 0)
  // A statistic outside all resamples would put z0 at infinity: half a resample is the least that can be said.
  const z0 = normalQuantile(Math.min(resamples - 0.5, Math.max(0.5, below)) / resamples)
  const a = acceleration(units, statistic)
  const limit = (p: number): number => {
    const z = z0 + normalQuantile(p)
    const rank = Math.floor(normalCdf(z0 + z / (1 - a * z)) * (resamples + 1) + 1e-9)
    return drawn[Math.min(resamples, Math.max(1, rank)) - 1]!
  }
  return { lo: limit((1 - level) / 2), hi: limit((1 + level) / 2) }
}

/**
 * Standard error of a mean over n cases that come in clusters: √(C/(C−1)·Σ_c(Σ_i(s − mean))²)/n. `correction: false` leaves
 * out C/(C−1). E. Miller, "Adding Error Bars to Evals", arXiv 2411.00640. null for fewer than two clusters.
 */
export function clusteredSe(
  clusters: readonly (readonly number[])[],
  { correction = true }: { correction?: boolean } = {},
): number | null {
  if (clusters.length < 2) return null
  const all = clusters.flat()
  const centre = mean(all)
  const squares = clusters.reduce((sum, values) => sum + values.reduce((s, x) => s + x - centre, 0) ** 2, 0)
  const factor = correction ? clusters.length / (clusters.length - 1) : 1
  return Math.sqrt(factor * squares) / all.length
}
