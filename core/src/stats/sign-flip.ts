import { binomialPmf } from './binomial.ts'

/** One-sided p of "head is worse": `p` is the mid-p that decides, `pExact` = P(T* ≥ T). `sum` is T. */
export type SignFlip = { sum: number; p: number; pExact: number }

/**
 * Sign-flip test on integer differences d_i = passes of base − passes of head of one case (positive = worse), given as a list
 * or as counts per difference. Under no change the sign of each d_i is a fair coin; T = Σ d_i; p = P(T* > T) + ½ P(T* = T),
 * exact, without random numbers. All zero: mid-p .5, exact p 1. With one run a side it is McNemar's one-sided mid-p.
 * R. A. Fisher, The Design of Experiments (1935) §21; mid-p: Lancaster, JASA 56 (1961). Time n·Σ|d_i|, at worst.
 */
export function signFlip(differences: ReadonlyMap<number, number> | readonly number[]): SignFlip {
  const sizes = new Map<number, number>()
  let sum = 0
  for (const [d, count] of differences instanceof Map ? differences : tally(differences as readonly number[])) {
    if (!Number.isSafeInteger(d)) throw new RangeError(`sign flips need integer differences, not ${d}`)
    sum += d * count
    if (d !== 0 && count > 0) sizes.set(Math.abs(d), (sizes.get(Math.abs(d)) ?? 0) + count)
  }
  const weights = positiveSums(sizes)
  const total = weights.length - 1
  // T* = 2·(sum of the differences whose coin says worse) − Σ|d|.
  const at = (sum + total) / 2
  let above = 0
  for (let s = total; s > at; s--) above += weights[s]!
  return { sum, p: Math.min(1, above + weights[at]! / 2), pExact: Math.min(1, above + weights[at]!) }
}

function tally(list: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const d of list) counts.set(d, (counts.get(d) ?? 0) + 1)
  return counts
}

/** Distribution of Σ |d|·coin. Equal sizes enter at once, as a binomial count: with one run a side that is all there is. */
function positiveSums(sizes: ReadonlyMap<number, number>): Float64Array {
  let weights = Float64Array.of(1)
  for (const [size, count] of sizes) {
    const coins = binomialPmf(count, 0.5)
    const next = new Float64Array(weights.length + size * count)
    for (let heads = 0; heads <= count; heads++) {
      const weight = coins[heads]!
      for (let s = 0; s < weights.length; s++) next[s + heads * size]! += weights[s]! * weight
    }
    weights = next
  }
  return weights
}
