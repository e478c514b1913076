import { binomialPmf } from './binomial.ts'

/**
 * Minimum detectable drop: the smallest p_worse − p_better, as a share of the n cases, that the one-sided mid-p test at
 * `alpha` finds with chance `power`, when a share `fixRate` of the cases gets better by itself. Exact: the pairs are
 * trinomial (n; p_worse, p_better), summed over all (worse, better). null: no drop is large enough, n is too small.
 * About 1 ms for n = 1,000, 80 ms for 100,000.
 */
export function minimumDetectableDrop(
  n: number,
  fixRate = 0.02,
  { alpha = 0.05, power = 0.8 }: { alpha?: number; power?: number } = {},
): number | null {
  const critical = criticalWorse(n, alpha)
  let lo = fixRate
  let hi = 1 - fixRate
  if (hi <= lo || powerOf(critical, hi, fixRate) < power) return null
  while (hi - lo > 1e-7) {
    const middle = (lo + hi) / 2
    if (powerOf(critical, middle, fixRate) < power) lo = middle
    else hi = middle
  }
  return hi - fixRate
}

/**
 * The fewest worse among m flips whose one-sided mid-p is ≤ alpha, for m = 0 … n; m + 1 when even m are too few. From m to
 * m + 1 the bound stays or grows by one, so tail and point are carried along instead of summed again.
 */
function criticalWorse(n: number, alpha: number): Uint32Array {
  const critical = new Uint32Array(n + 1)
  let k = (critical[0] = 1)
  let tail = 0 // P(X ≥ k), X ~ Bin(m, ½)
  let below = 1 // P(X = k − 1)
  for (let m = 1; m <= n; m++) {
    tail += below / 2
    below *= m / (m + 1 - k) / 2
    const at = (below * (m + 1 - k)) / k
    if (tail - at / 2 > alpha) {
      tail -= at
      below = at
      k++
    }
    critical[m] = k
  }
  return critical
}

/** P(mid-p ≤ alpha): flips ~ Bin(n, p_worse + p_better), of which Bin(flips, share) are worse; one walk over the flips. */
function powerOf(critical: Uint32Array, breakRate: number, fixRate: number): number {
  const n = critical.length - 1
  const flips = binomialPmf(n, breakRate + fixRate)
  const share = breakRate / (breakRate + fixRate)
  let power = 0
  let tail = 0 // P(worse ≥ k) among m flips
  let below = 1 // P(worse = k − 1)
  let k = critical[0]!
  for (let m = 1; m <= n; m++) {
    if (fixRate === 0) {
      // Every flip is worse.
      power += critical[m]! <= m ? flips[m]! : 0
      continue
    }
    tail += below * share
    below *= (m / (m + 1 - k)) * (1 - share)
    if (critical[m]! > k) {
      below *= (((m + 1 - k) / k) * share) / (1 - share)
      tail -= below
      k++
    }
    power += flips[m]! * tail
    if (flips[m] === 0 && m > n * (breakRate + fixRate)) break
  }
  return power
}
