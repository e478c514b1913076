import { zOf } from './normal.ts'

/** A two-sided interval. */
export type Interval = { lo: number; hi: number }

/**
 * Wilson's score interval of a pass rate: k passes of n, limits in 0…1. n = 0 gives the whole range.
 * (p + z²/2n ± z√(p(1−p)/n + z²/4n²)) / (1 + z²/n); E. B. Wilson, JASA 22 (1927).
 */
export function wilson(k: number, n: number, level = 0.95): Interval {
  if (n === 0) return { lo: 0, hi: 1 }
  const z2 = zOf(level) ** 2
  const p = k / n
  const centre = p + z2 / (2 * n)
  const half = Math.sqrt(z2 * ((p * (1 - p)) / n + z2 / (4 * n * n)))
  const scale = 1 + z2 / n
  // No pass or no failure: the limit is 0 or 1, not what rounding leaves of it.
  return {
    lo: k === 0 ? 0 : Math.max(0, (centre - half) / scale),
    hi: k === n ? 1 : Math.min(1, (centre + half) / scale),
  }
}

/**
 * Tango's score interval of Δ = head − base over n pairs, in −1…1, from the pairs that differ: `better` passed on head only,
 * `worse` on base only. It keeps its width when nothing flips: −z²/(n + z²) … z²/(n + z²). n = 0 gives the whole range.
 * The D with (better − worse − nD)/√(n(2q + D(1 − D))) = ±z; T. Tango, Statistics in Medicine 17 (1998), eq. 9.
 */
export function tango(counts: { n: number; worse: number; better: number }, level = 0.95): Interval {
  const { n, worse, better } = counts
  if (n === 0) return { lo: -1, hi: 1 }
  const z = zOf(level)
  const score = (delta: number): number => {
    const spread = delta * (1 - delta)
    const b = -better - worse + (2 * n - better + worse) * delta
    const root = Math.sqrt(Math.max(0, b * b + 8 * n * worse * spread))
    const q = (root - b) / (4 * n)
    const distance = better - worse - n * delta
    const variance = n * (2 * q + spread)
    if (variance > 0) return distance / Math.sqrt(variance)
    return distance === 0 ? 0 : Math.sign(distance) * Infinity
  }
  return { lo: crossing(score, z), hi: crossing(score, -z) }
}

/** Where a falling function passes a level, in −1…1, to 1e-12; the end when it does not. */
function crossing(falling: (x: number) => number, level: number): number {
  let lo = -1
  let hi = 1
  while (hi - lo > 1e-12) {
    const middle = (lo + hi) / 2
    if (falling(middle) > level) lo = middle
    else hi = middle
  }
  // Within the tolerance of an end it is the end.
  if (hi > 1 - 2e-12) return 1
  return lo < -1 + 2e-12 ? -1 : (lo + hi) / 2
}
