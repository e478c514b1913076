import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acceleration, bca, clusteredSe, mean } from '../../../core/src/stats/bootstrap.ts'
import { binomialPmf, binomialTail } from '../../../core/src/stats/binomial.ts'
import { tabularCusum } from '../../../core/src/stats/cusum.ts'
import { holm } from '../../../core/src/stats/holm.ts'
import { tango, wilson } from '../../../core/src/stats/interval.ts'
import { minimumDetectableDrop } from '../../../core/src/stats/mde.ts'
import { normalCdf, normalQuantile, zOf } from '../../../core/src/stats/normal.ts'
import { ppiMean } from '../../../core/src/stats/ppi.ts'
import { xoshiro128 } from '../../../core/src/stats/rng.ts'
import { signFlip } from '../../../core/src/stats/sign-flip.ts'
import * as oracle from './oracles.ts'

const difference = fc.integer({ min: -5, max: 5 })
const pairs = fc
  .record({ both: fc.nat(60), worse: fc.nat(30), better: fc.nat(30), neither: fc.nat(30) })
  .filter(({ both, worse, better, neither }) => both + worse + better + neither > 0)
  .map(({ both, worse, better, neither }) => ({ n: both + worse + better + neither, worse, better }))

describe('properties', () => {
  it('swapping base and head mirrors the interval', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(0.9, 0.95, 0.99), (counts, level) => {
        const one = tango(counts, level)
        const other = tango({ n: counts.n, worse: counts.better, better: counts.worse }, level)
        expect(other.lo).toBeCloseTo(-one.hi, 9)
        expect(other.hi).toBeCloseTo(-one.lo, 9)
      }),
    )
  })

  it('swapping base and head mirrors the mid-p', () => {
    fc.assert(
      fc.property(fc.array(difference, { maxLength: 60 }), (d) => {
        expect(signFlip(d).p + signFlip(d.map((x) => -x)).p).toBeCloseTo(1, 10)
      }),
    )
  })

  it('intervals hold the estimate and stay in range', () => {
    fc.assert(
      fc.property(pairs, (counts) => {
        const { lo, hi } = tango(counts)
        const delta = (counts.better - counts.worse) / counts.n
        expect(lo).toBeLessThanOrEqual(delta + 1e-9)
        expect(hi).toBeGreaterThanOrEqual(delta - 1e-9)
        expect(lo).toBeGreaterThanOrEqual(-1)
        expect(hi).toBeLessThanOrEqual(1)
        const rate = wilson(counts.worse, counts.n)
        expect(rate.lo).toBeLessThanOrEqual(counts.worse / counts.n)
        expect(rate.hi).toBeGreaterThanOrEqual(counts.worse / counts.n)
      }),
    )
  })

  it('Tango’s limits solve the score equation', () => {
    fc.assert(
      fc.property(pairs, ({ n, worse, better }) => {
        for (const [delta, z] of Object.entries(tango({ n, worse, better })).map(
          ([side, x]) => [x, side === 'lo' ? 1 : -1] as const,
        )) {
          if (Math.abs(delta) === 1) continue
          const b = (2 * n - better + worse) * delta - worse - better
          const q = (Math.sqrt(Math.max(0, b * b + 8 * n * worse * delta * (1 - delta))) - b) / (4 * n)
          const score = (better - worse - n * delta) / Math.sqrt(n * (2 * q + delta * (1 - delta)))
          expect(score).toBeCloseTo(z * 1.959963984540054, 4)
        }
      }),
    )
  })

  it('a concordant pair never makes a change more significant', () => {
    fc.assert(
      fc.property(pairs, fc.array(difference, { maxLength: 40 }), (counts, d) => {
        expect(signFlip([...d, 0])).toEqual(signFlip(d))
        const one = tango(counts)
        const more = tango({ ...counts, n: counts.n + 1 })
        // A limit that does not exclude 0 still does not.
        expect(more.hi).toBeGreaterThanOrEqual(one.hi >= 0 ? -1e-9 : -1)
        expect(more.lo).toBeLessThanOrEqual(one.lo <= 0 ? 1e-9 : 1)
      }),
    )
  })

  it('Holm keeps the order, never lowers a p, and grows with each p', () => {
    const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(ps, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (p, at, raise) => {
        const adjusted = holm(p)
        for (const [i, value] of adjusted.entries()) {
          expect(value).toBeGreaterThanOrEqual(p[i]!)
          expect(value).toBeLessThanOrEqual(1)
        }
        const byP = adjusted.map((value, i) => ({ value, p: p[i]! })).toSorted((a, b) => a.p - b.p || a.value - b.value)
        expect(byP.map(({ value }) => value)).toEqual(adjusted.toSorted((a, b) => a - b))
        const index = at % p.length
        const raised = holm(p.with(index, Math.max(p[index]!, raise)))
        for (const [i, value] of adjusted.entries()) expect(raised[i]).toBeGreaterThanOrEqual(value - 1e-12)
      }),
    )
    expect(holm([])).toEqual([])
  })

  it('with one run a side the sign flip is McNemar’s one-sided test, for all b + c ≤ 40', () => {
    for (let b = 0; b <= 40; b++) {
      for (let c = 0; b + c <= 40; c++) {
        const { p, pExact } = signFlip(
          new Map([
            [1, b],
            [-1, c],
            [0, 7],
          ]),
        )
        expect(p).toBeCloseTo(oracle.mcnemarMidPOneSided(b, c), 10)
        expect(pExact).toBeCloseTo(oracle.mcnemarOneSided(b, c), 10)
      }
    }
  })

  it('sign flips equal the enumeration of all signs, and counts equal the list', () => {
    fc.assert(
      fc.property(fc.array(difference, { maxLength: 11 }), (d) => {
        const { p, pExact } = signFlip(d)
        const all = oracle.signFlipByEnumeration(d)
        expect(p).toBeCloseTo(all.p, 12)
        expect(pExact).toBeCloseTo(all.pExact, 12)
        const counts = new Map<number, number>()
        for (const x of d) counts.set(x, (counts.get(x) ?? 0) + 1)
        expect(signFlip(counts).p).toBeCloseTo(p, 12)
      }),
    )
  })

  it('the binomial adds up and agrees with logarithms, also for thousands of cases', () => {
    for (const [n, p] of [
      [1, 0.3],
      [40, 0.5],
      [50, 0.9],
      [1000, 0.5],
      [1001, 0.5],
      [5000, 0.02],
      [10, 0],
      [10, 1],
    ] as const) {
      const pmf = binomialPmf(n, p)
      expect(pmf.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 10)
      for (const k of [0, 1, Math.floor(n * p), n]) expect(pmf[k]).toBeCloseTo(oracle.binomialPoint(k, n, p), 9)
      const k = Math.ceil(n * p * 0.9)
      expect(binomialTail(k, n, p)).toBeCloseTo(oracle.binomialAtLeast(k, n, p), 8)
    }
    expect(binomialTail(0, 5, 0.5)).toBe(1)
    expect(binomialTail(6, 5, 0.5)).toBe(0)
  })

  it('the minimum detectable drop is where the trinomial reaches its power', () => {
    for (const [n, fixRate] of [
      [10, 0],
      [25, 0.02],
      [50, 0.05],
    ] as const) {
      const drop = minimumDetectableDrop(n, fixRate)!
      expect(oracle.trinomialPower(n, drop + fixRate, fixRate, 0.05)).toBeCloseTo(0.8, 5)
    }
  })

  it('Φ and its inverse agree', () => {
    expect(zOf(0.95)).toBeCloseTo(1.959963984540054, 12)
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (p) => {
        expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12)
        expect(normalCdf(normalQuantile(p))).toBeCloseTo(oracle.roughNormalCdf(normalQuantile(p)), 6)
      }),
    )
  })
})

describe('continuous metrics', () => {
  const seed = '00000001000000020000000300000004'

  it('the generator gives the published sequence and never sticks at zero', () => {
    const random = xoshiro128(seed)
    expect(Array.from({ length: 4 }, () => random() * 2 ** 32)).toEqual([11520, 0, 5927040, 70819200])
    expect(xoshiro128('0'.repeat(64))()).toBeGreaterThanOrEqual(0)
    const fromZero = xoshiro128('0'.repeat(64))
    expect(new Set(Array.from({ length: 100 }, () => fromZero())).size).toBeGreaterThan(50)
    expect(() => xoshiro128('abc')).toThrow(RangeError)
  })

  it('BCa is the same on every rerun, mirrors with the sign and is a point when nothing varies', () => {
    const x = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    const once = bca(x, mean, xoshiro128(seed))
    expect(bca(x, mean, xoshiro128(seed))).toEqual(once)
    expect(once.lo).toBeLessThan(mean(x))
    expect(once.hi).toBeGreaterThan(mean(x))
    const mirrored = bca(
      x.map((v) => -v),
      mean,
      xoshiro128(seed),
    )
    expect(mirrored.lo).toBeCloseTo(-once.hi, 1)
    expect(bca([0.1, 0.1, 0.1], mean, xoshiro128(seed))).toEqual({
      lo: mean([0.1, 0.1, 0.1]),
      hi: mean([0.1, 0.1, 0.1]),
    })
    expect(acceleration([2, 2, 2], mean)).toBe(0)
  })

  it('cases of one cluster are drawn together and widen the interval', () => {
    const clusters = [
      [1, 1, 1],
      [0, 0, 0],
      [1, 1, 1],
      [0, 0, 1],
      [1, 1, 1],
      [0, 0, 0],
    ]
    const flat = (units: readonly (readonly number[])[]): number => mean(units.flat())
    const together = bca(clusters, flat, xoshiro128(seed))
    const alone = bca(clusters.flat(), mean, xoshiro128(seed))
    expect(together.hi - together.lo).toBeGreaterThan(alone.hi - alone.lo)
    expect(clusteredSe(clusters)).toBeGreaterThan(clusteredSe(clusters, { correction: false })!)
    expect(clusteredSe([[1, 2, 3]])).toBeNull()
  })

  it('CUSUM starts again after an alarm when asked to', () => {
    const rise = [0, 0, 3, 3, 3, 3]
    expect(tabularCusum(rise, { target: 0, k: 0.5, h: 4 }).alarms).toEqual([3, 4, 5])
    expect(tabularCusum(rise, { target: 0, k: 0.5, h: 4, reset: true }).alarms).toEqual([3, 5])
  })

  it('a perfect judge gives its own mean, and no labels give nothing', () => {
    expect(ppiMean([1, 0, 1], [1, 0, 1], [1, 1, 0, 0])?.theta).toBeCloseTo(0.5, 12)
    expect(ppiMean([], [], [1])).toBeNull()
  })
})
