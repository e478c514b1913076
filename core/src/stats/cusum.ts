/** Upper and lower sums after each value, and the indexes (from 0) at which one of them was above h. */
export type Cusum = { upper: number[]; lower: number[]; alarms: number[] }

/**
 * Tabular CUSUM of a series against its target: S⁺ = max(0, S⁺ + x − target − k), S⁻ = max(0, S⁻ + target − k − x); an alarm
 * while S > h. k and h are in the unit of x: .5σ and 5σ of the first runs by default of EVALS 13. With `reset` both sums start
 * again after an alarm. E. S. Page, Biometrika 41 (1954); NIST/SEMATECH e-Handbook 6.3.2.3.
 */
export function tabularCusum(
  series: readonly number[],
  { target, k, h, reset = false }: { target: number; k: number; h: number; reset?: boolean },
): Cusum {
  const result: Cusum = { upper: [], lower: [], alarms: [] }
  let upper = 0
  let lower = 0
  for (const [i, x] of series.entries()) {
    upper = Math.max(0, upper + x - target - k)
    lower = Math.max(0, lower + target - k - x)
    result.upper.push(upper)
    result.lower.push(lower)
    if (upper <= h && lower <= h) continue
    result.alarms.push(i)
    if (reset) upper = lower = 0
  }
  return result
}
