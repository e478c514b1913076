import { binomialTail } from './binomial.ts'

/**
 * Passes that a floor asks for: ceil(floor × n), with the floor as decimal text ("0.90", "9e-1") in 0…1. In floating point
 * 0.07 × 100 is 7.000000000000001, and a case too many would be asked for.
 */
export function floorNeeded(floor: string, n: number): number {
  const [text, whole = '', fraction = '', exponent = '0'] =
    /^(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,3}))?$/.exec(floor.trim()) ?? []
  if (text === undefined || whole + fraction === '') throw new RangeError(`"${floor}" is not a decimal number`)
  const places = fraction.length - Number(exponent)
  const numerator = BigInt(whole + fraction) * 10n ** BigInt(Math.max(0, -places))
  const denominator = 10n ** BigInt(Math.max(0, places))
  if (numerator > denominator) throw new RangeError(`a floor lies between 0 and 1, not at ${floor}`)
  return Number((numerator * BigInt(n) + denominator - 1n) / denominator)
}

/** Chance that a prompt which is right with probability p in each of n cases passes the floor: a binomial tail. */
export const floorPassProbability = (floor: string, n: number, p: number): number =>
  binomialTail(floorNeeded(floor, n), n, p)

/** When a floor was decided before all n cases were asked: after so many results, with this outcome. */
export type Curtailed = { decidedAfter: number; outcome: 'pass' | 'fail' }

/** Reads results in order and stops as soon as no later one can change the outcome; null while one still can. */
export function curtailFloor(need: number, n: number, results: Iterable<boolean>): Curtailed | null {
  let asked = 0
  let passed = 0
  if (need === 0) return { decidedAfter: 0, outcome: 'pass' }
  for (const result of results) {
    asked++
    if (result) passed++
    if (asked - passed > n - need) return { decidedAfter: asked, outcome: 'fail' }
    if (passed >= need) return { decidedAfter: asked, outcome: 'pass' }
  }
  return null
}
