import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { binomialTail } from '../../../core/src/stats/binomial.ts'
import { confirmProbability } from '../../../core/src/stats/confirm.ts'
import { curtailFloor, floorNeeded, floorPassProbability } from '../../../core/src/stats/floor.ts'
import { holm } from '../../../core/src/stats/holm.ts'
import { tango, wilson } from '../../../core/src/stats/interval.ts'
import { cohenKappa } from '../../../core/src/stats/kappa.ts'
import { minimumDetectableDrop } from '../../../core/src/stats/mde.ts'
import { signFlip } from '../../../core/src/stats/sign-flip.ts'
import { wilcoxon } from '../../../core/src/stats/wilcoxon.ts'
import { checkVectors } from '../../vectors.ts'

const shared = fileURLToPath(new URL('../../../../shared/data/stat-vectors.json', import.meta.url))

describe('vectors', () => {
  it.skipIf(!existsSync(shared))('every shared vector holds (skipped without shared/data/stat-vectors.json)', () => {
    const checked = checkVectors(shared)
    expect(checked.filter(({ result }) => result === 'failed')).toEqual([])
    expect(checked.filter(({ result }) => result === 'passed').length).toBeGreaterThanOrEqual(68)
    const scorers = ['answerRelevancy', 'canaryNovel', 'contextPrecision', 'faithfulness', 'ndcg', 'retrieval']
    expect([...new Set(checked.filter(({ result }) => result === 'skipped').map(({ fn }) => fn))].toSorted()).toEqual(
      scorers,
    )
  })
})

// The same facts in short, so that a clone without the shared data tests them too.
describe('published values', () => {
  it('Wilson: 15 of 148, 0 of 20', () => {
    const { lo, hi } = wilson(15, 148)
    expect([lo.toFixed(4), hi.toFixed(4)]).toEqual(['0.0624', '0.1605'])
    expect(wilson(0, 20).lo).toBe(0)
    expect(wilson(20, 20).hi).toBe(1)
    expect(wilson(0, 0)).toEqual({ lo: 0, hi: 1 })
  })

  it('Tango: the airway data, and the width without a flip', () => {
    const { lo, hi } = tango({ n: 161, better: 6, worse: 16 })
    expect(lo).toBeCloseTo(-0.124023, 6)
    expect(hi).toBeCloseTo(-0.005433, 6)
    for (const [n, points] of [
      [25, '-9.8'],
      [50, '-5.1'],
      [100, '-2.6'],
    ] as const) {
      expect((tango({ n, worse: 0, better: 0 }, 0.9).lo * 100).toFixed(1)).toBe(points)
    }
    expect(tango({ n: 3, worse: 0, better: 3 }).hi).toBe(1)
    expect(tango({ n: 3, worse: 3, better: 0 }).lo).toBe(-1)
  })

  it('sign flips: Darwin’s maize, and nothing changed', () => {
    const maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
    expect(signFlip(maize).pExact).toBe(863 / 32768)
    expect(signFlip([0, 0, 0])).toEqual({ sum: 0, p: 0.5, pExact: 1 })
    expect(signFlip(new Map([[1, 4]]))).toEqual({ sum: 4, p: 0.03125, pExact: 0.0625 })
    expect(() => signFlip([0.5])).toThrow('integer')
  })

  it('Holm, κ, Wilcoxon', () => {
    expect(holm([0.01, 0.02, 0.03, 0.04, 0.05]).map((p) => p.toFixed(2))).toEqual([
      '0.05',
      '0.08',
      '0.09',
      '0.09',
      '0.09',
    ])
    expect(
      cohenKappa([
        [20, 5],
        [10, 15],
      ]),
    ).toBeCloseTo(0.4, 12)
    expect(
      cohenKappa([
        [30, 0],
        [0, 0],
      ]),
      'labels have one class only',
    ).toBeNull()
    expect(wilcoxon([2, 2, -1, 3, 0, 4, 4, -2, 5, 1])).toMatchObject({ v: 39.5, pTwoSided: 0.05078125 })
  })

  it('floors are read as decimal text', () => {
    expect([
      floorNeeded('0.90', 50),
      floorNeeded('.9', 25),
      floorNeeded('0.07', 100),
      floorNeeded('0.55', 100),
    ]).toEqual([45, 23, 7, 55])
    expect([floorNeeded('9e-1', 50), floorNeeded('1', 7), floorNeeded('0', 7), floorNeeded('1.00', 0)]).toEqual([
      45, 7, 0, 0,
    ])
    for (const bad of ['', '.', '1.01', '-0.1', 'NaN', '0,9', '90%'])
      expect(() => floorNeeded(bad, 10)).toThrow(RangeError)
  })

  it('the chance to pass a floor by luck, n = 25 and 50', () => {
    const percent = (n: number): string[] =>
      [0.85, 0.9, 0.95].map((p) => (floorPassProbability('0.9', n, p) * 100).toFixed(0))
    expect(percent(25)).toEqual(['25', '54', '87'])
    expect(percent(50)).toEqual(['22', '62', '96'])
    expect(binomialTail(45, 50, 0.9)).toBeCloseTo(0.616123008, 8)
  })

  it('stops a floor as soon as it is decided', () => {
    const results = [...'PPFPFPPFPPPPP'].map((letter) => letter === 'P')
    expect(curtailFloor(23, 25, results)).toEqual({ decidedAfter: 8, outcome: 'fail' })
    expect(curtailFloor(23, 25, [true, false])).toBeNull()
    expect(curtailFloor(1, 2, [true])).toEqual({ decidedAfter: 1, outcome: 'pass' })
  })

  it('the worst false confirmation of one case, by rounds', () => {
    const rounds = [
      { runs: 5, baseAtLeast: 4, headAtMost: 1 },
      { runs: 9, baseAtLeast: 8, headAtMost: 2 },
      { runs: 13, baseAtLeast: 12, headAtMost: 3 },
      { runs: 17, baseAtLeast: 16, headAtMost: 4 },
    ]
    const worst = (count: number): number =>
      Math.max(
        ...Array.from({ length: 999 }, (_, i) =>
          confirmProbability((i + 1) / 1000, (i + 1) / 1000, rounds.slice(0, count)),
        ),
      )
    expect([1, 2, 3, 4].map((count) => worst(count).toPrecision(2))).toEqual([
      '0.024',
      '0.0011',
      '0.000052',
      '0.0000023',
    ])
    expect(confirmProbability(0.98, 0.05, rounds.slice(0, 2))).toBeCloseTo(0.905883782, 8)
    expect(confirmProbability(0.98, 0.05, rounds.slice(0, 3)).toFixed(3)).toBe('0.894')
  })
})

describe('minimum detectable drop', () => {
  it('gives the table of the handbook', () => {
    const row = (fixRate: number): string[] =>
      [25, 30, 40, 50, 100, 200].map((n) => (minimumDetectableDrop(n, fixRate)! * 100).toFixed(1))
    expect(row(0)).toEqual(['21.0', '17.6', '13.4', '10.8', '5.4', '2.7'])
    expect(row(0.02)).toEqual(['24.9', '21.5', '17.1', '14.3', '8.4', '5.1'])
    expect(row(0.05)).toEqual(['29.6', '25.8', '20.8', '17.6', '11.0', '7.1'])
  })

  it('is quick, and null where nothing can be seen', () => {
    const start = performance.now()
    for (const fixRate of [0, 0.02, 0.2]) expect(minimumDetectableDrop(1000, fixRate)).toBeGreaterThan(0)
    expect(performance.now() - start).toBeLessThan(150)
    expect(minimumDetectableDrop(0)).toBeNull()
    expect(minimumDetectableDrop(3)).toBeNull()
    expect(minimumDetectableDrop(50, 0.5)).toBeNull()
  })
})

describe('smallest counts that block', () => {
  it('(worse, better) at K = 1 and alpha .05', () => {
    const smallest = [0, 1, 2, 3, 4].map((better) => {
      let worse = 0
      while (
        signFlip(
          new Map([
            [1, worse],
            [-1, better],
          ]),
        ).p > 0.05
      )
        worse++
      return [worse, better]
    })
    expect(smallest).toEqual([
      [4, 0],
      [6, 1],
      [8, 2],
      [9, 3],
      [11, 4],
    ])
  })
})
