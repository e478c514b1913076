/**
 * Statistics that the product does not have, or has in another form: independent code to check it against. Nothing here
 * imports from core. Convention: b = pairs that got worse, c = pairs that got better.
 */

type Limits = { lo: number; hi: number }
type Table = { n11: number; n12: number; n21: number; n22: number; conf: number }

const logFactorials: number[] = [0]
function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push(logFactorials[i - 1]! + Math.log(i))
  return logFactorials[n]!
}

export const choose = (n: number, k: number): number =>
  k < 0 || k > n ? 0 : Math.round(Math.exp(logFactorial(n) - logFactorial(k) - logFactorial(n - k)))

/** P(X = k) through logarithms, unlike the product's ratio of neighbours. */
export function binomialPoint(k: number, n: number, p: number): number {
  if (p === 0 || p === 1) return k === (p === 0 ? 0 : n) ? 1 : 0
  const log = logFactorial(n) - logFactorial(k) - logFactorial(n - k)
  return Math.exp(log + k * Math.log(p) + (n - k) * Math.log1p(-p))
}

export function binomialAtLeast(k: number, n: number, p: number): number {
  let sum = 0
  for (let x = Math.max(0, k); x <= n; x++) sum += binomialPoint(x, n, p)
  return sum
}

/** Φ through the error function's approximation by Abramowitz and Stegun 7.1.26; good to 1.5e-7. */
export function roughNormalCdf(z: number): number {
  const t = 1 / (1 + 0.3275911 * (Math.abs(z) / Math.SQRT2))
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  const upper = 1 - (poly * Math.exp((-z * z) / 2)) / 2
  return z < 0 ? 1 - upper : upper
}

const z95 = 1.959963984540054

/** One-sided exact McNemar: P(X ≥ b), X ~ Bin(b + c, ½). */
export const mcnemarOneSided = (b: number, c: number): number => binomialAtLeast(b, b + c, 0.5)

export const mcnemarMidPOneSided = (b: number, c: number): number =>
  mcnemarOneSided(b, c) - binomialPoint(b, b + c, 0.5) / 2

export const mcnemarExact = (b: number, c: number): number =>
  Math.min(1, 2 * mcnemarOneSided(Math.max(b, c), Math.min(b, c)))

export const mcnemarMidP = (b: number, c: number): number =>
  b + c === 0 ? 1 : Math.min(1, mcnemarExact(b, c) - (b === c ? 0 : binomialPoint(b, b + c, 0.5)))

/** P(χ²₁ > x) = 2Φ(−√x). */
const chiSquareTail = (x: number): number => 2 * roughNormalCdf(-Math.sqrt(x))

export const mcnemarChi2 = (b: number, c: number): number => chiSquareTail((b - c) ** 2 / (b + c))

export const mcnemarChi2Corrected = (b: number, c: number): number =>
  chiSquareTail((Math.abs(b - c) - 1) ** 2 / (b + c))

/** Wilson's interval by solving (x/n − p)² = z² p(1 − p)/n, not by the product's closed form. */
function scoreInterval(x: number, n: number): Limits {
  const a = n + z95 ** 2
  const b = -(2 * x + z95 ** 2)
  const root = Math.sqrt(b * b - (4 * a * x * x) / n)
  return { lo: (-b - root) / (2 * a), hi: (-b + root) / (2 * a) }
}

/** Newcombe's square-and-add interval of a paired difference p1 − p2 (Statistics in Medicine 17, 1998, method 10). */
export function newcombePaired({ n11, n12, n21, n22 }: Table): Limits {
  const n = n11 + n12 + n21 + n22
  const [x1, x2] = [n11 + n12, n11 + n21]
  const [p1, p2] = [x1 / n, x2 / n]
  const [one, two] = [scoreInterval(x1, n), scoreInterval(x2, n)]
  const margins = x1 * (n - x1) * x2 * (n - x2)
  const raw = n11 * n22 - n12 * n21
  const corrected = raw > n / 2 ? raw - n / 2 : raw < 0 ? raw : 0
  const phi = margins === 0 ? 0 : corrected / Math.sqrt(margins)
  const lower = (p1 - one.lo) ** 2 - 2 * phi * (p1 - one.lo) * (two.hi - p2) + (two.hi - p2) ** 2
  const upper = (p2 - two.lo) ** 2 - 2 * phi * (p2 - two.lo) * (one.hi - p1) + (one.hi - p1) ** 2
  return { lo: p1 - p2 - Math.sqrt(lower), hi: p1 - p2 + Math.sqrt(upper) }
}

export function waldPaired({ n11, n12, n21, n22 }: Table): Limits {
  const n = n11 + n12 + n21 + n22
  const delta = (n12 - n21) / n
  const half = (z95 * Math.sqrt(n12 + n21 - (n12 - n21) ** 2 / n)) / n
  return { lo: delta - half, hi: delta + half }
}

/** Clopper–Pearson by bisection on the binomial tails. */
export function clopperPearson(x: number, n: number, conf: number): Limits {
  const tail = (1 - conf) / 2
  const solve = (isBelow: (p: number) => boolean): number => {
    let [lo, hi] = [0, 1]
    for (let i = 0; i < 60; i++) {
      const middle = (lo + hi) / 2
      if (isBelow(middle)) lo = middle
      else hi = middle
    }
    return lo
  }
  return {
    lo: x === 0 ? 0 : solve((p) => binomialAtLeast(x, n, p) < tail),
    hi: x === n ? 1 : solve((p) => 1 - binomialAtLeast(x + 1, n, p) > tail),
  }
}

export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).toSorted((a, b) => p[b]! - p[a]!)
  const adjusted = [...p]
  let least = 1
  for (const [step, i] of order.entries()) adjusted[i] = least = Math.min(least, (p[i]! * p.length) / (p.length - step))
  return adjusted
}

/** Krippendorff's α for nominal values; a row a rater, a column a unit, null = no value. */
export function krippendorffNominal(data: readonly (readonly (number | null)[])[]): number {
  const units = data[0]!.map((_, unit) => data.map((row) => row[unit]).filter((v) => v !== null && v !== undefined))
  const pairable = units.filter((values) => values.length > 1)
  const values = pairable.flat()
  let observed = 0
  for (const unit of pairable) {
    for (const [i, a] of unit.entries())
      for (const [j, b] of unit.entries()) if (i !== j && a !== b) observed += 1 / (unit.length - 1)
  }
  let expected = 0
  for (const a of values) for (const b of values) if (a !== b) expected += 1
  return 1 - observed / (expected / (values.length - 1))
}

/** E-value of "worse is more likely than better" with a uniform prior on (½, 1): 2^(n+1) B(b+1, c+1) P(Bin(n+1, ½) ≤ b). */
export function mixtureEValue(b: number, c: number): number {
  const n = b + c
  const beta = 1 / ((n + 1) * choose(n, b))
  return 2 ** (n + 1) * beta * (1 - binomialAtLeast(b + 1, n + 1, 0.5))
}

export const passAtK = (n: number, c: number, k: number): number => 1 - choose(n - c, k) / choose(n, k)

export const passHatK = (n: number, c: number, k: number): number => choose(c, k) / choose(n, k)

/** True rate from an apparent one and a judge's sensitivity and specificity. */
export const roganGladen = (apparent: number, sens: number, spec: number): number =>
  Math.min(1, Math.max(0, (apparent + spec - 1) / (sens + spec - 1)))

export type TvRule = {
  series: number[]
  window: number
  exclude: number
  minBaseline: number
  sigmas: number
  absolute: number
  persist: number
  cooldown: number
}

/** Onsets of change: far from the mean of a trailing window that ends `exclude` values earlier, `persist` times in a row. */
export function tvChange(rule: TvRule): number[] {
  const isFar = rule.series.map((x, i) => {
    const end = i - rule.exclude
    const baseline = rule.series.slice(Math.max(0, end - rule.window), Math.max(0, end))
    if (baseline.length < rule.minBaseline) return false
    const centre = baseline.reduce((s, v) => s + v, 0) / baseline.length
    const variance = baseline.reduce((s, v) => s + (v - centre) ** 2, 0) / (baseline.length - 1)
    return Math.abs(x - centre) > Math.max(rule.absolute, rule.sigmas * Math.sqrt(variance))
  })
  const onsets: number[] = []
  let from = 0
  for (let i = 0; i + rule.persist <= isFar.length; i++) {
    if (i < from || !isFar.slice(i, i + rule.persist).every(Boolean)) continue
    onsets.push(i)
    from = i + rule.persist + rule.cooldown
  }
  return onsets
}

/** All 2^n signs, one by one: P(T* > T) + ½ P(T* = T) and P(T* ≥ T). */
export function signFlipByEnumeration(d: readonly number[]): { p: number; pExact: number } {
  const sum = d.reduce((s, x) => s + x, 0)
  let above = 0
  let equal = 0
  for (let signs = 0; signs < 2 ** d.length; signs++) {
    const t = d.reduce((s, x, i) => s + (signs & (1 << i) ? x : -x), 0)
    if (t > sum) above++
    else if (t === sum) equal++
  }
  const total = 2 ** d.length
  return { p: (above + equal / 2) / total, pExact: (above + equal) / total }
}

/** Power of the one-sided mid-p test over the trinomial, term by term. */
export function trinomialPower(n: number, worse: number, better: number, alpha: number): number {
  let power = 0
  for (let b = 0; b <= n; b++) {
    for (let c = 0; b + c <= n; c++) {
      if (mcnemarMidPOneSided(b, c) > alpha) continue
      const log = logFactorial(n) - logFactorial(b) - logFactorial(c) - logFactorial(n - b - c)
      const point = (x: number, p: number): number => (x === 0 ? 0 : x * Math.log(p))
      power += Math.exp(log + point(b, worse) + point(c, better) + point(n - b - c, 1 - worse - better))
    }
  }
  return power
}
