/**
 * Checks a file of statistic vectors: `node --conditions=assay-source test/vectors.ts FILE`. `use: product` runs the product's
 * code, `cross-check` the oracles, `end-to-end` the recorded data beside the file. A function that belongs to a scorer is
 * skipped by name. The last line counts; the exit code is 1 when a vector failed.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { acceleration, bca, clusteredSe, mean } from '../core/src/stats/bootstrap.ts'
import { binomialTail } from '../core/src/stats/binomial.ts'
import { confirmProbability } from '../core/src/stats/confirm.ts'
import { tabularCusum } from '../core/src/stats/cusum.ts'
import { curtailFloor, floorNeeded } from '../core/src/stats/floor.ts'
import { holm } from '../core/src/stats/holm.ts'
import { tango, wilson } from '../core/src/stats/interval.ts'
import { cohenKappa } from '../core/src/stats/kappa.ts'
import { minimumDetectableDrop } from '../core/src/stats/mde.ts'
import { ppiMean } from '../core/src/stats/ppi.ts'
import { xoshiro128 } from '../core/src/stats/rng.ts'
import { signFlip } from '../core/src/stats/sign-flip.ts'
import { wilcoxon } from '../core/src/stats/wilcoxon.ts'
import * as oracle from './core/stats/oracles.ts'
import { judgeAgreement, passRates } from './core/stats/recorded.ts'

export type Vector = { id: string; fn: string; use: string; input: unknown; expected: object; tol: number }
export type Checked = { id: string; fn: string; result: 'passed' | 'failed' | 'skipped'; detail: string }

// The input of each function has its own shape; the table below is where it is taken apart.
type Check = (input: any, folder: string) => object | null

const flips = (b: number, c: number): ReturnType<typeof signFlip> =>
  signFlip(
    new Map([
      [1, b],
      [-1, c],
    ]),
  )
const variance = (x: readonly number[]): number => mean(x.map((v) => (v - mean(x)) ** 2))
const statistics: Record<string, (x: readonly number[]) => number> = { mean, 'plug-in variance (1/n)': variance }
const seed = '9b05688c2b3e6c1f1f83d9abfb41bd6b'

const product: Record<string, Check> = {
  mcnemarExactOneSided: ({ b, c }) => ({ p: flips(b, c).pExact }),
  mcnemarMidPOneSided: ({ b, c }) => ({ p: flips(b, c).p }),
  tango: ({ n11, n12, n21, n22, conf }) => tango({ n: n11 + n12 + n21 + n22, better: n12, worse: n21 }, conf),
  wilson: ({ x, n, conf }) => wilson(x, n, conf),
  holm: ({ p }) => ({ adj: holm(p) }),
  cohenKappa: ({ table }) => ({ kappa: cohenKappa(table) }),
  tabularCusum: ({ x, target, k, h }) => {
    const { upper, lower, alarms } = tabularCusum(x, { target, k, h })
    return { shi: upper, slo: lower, firstAlarmIndex1: alarms.length === 0 ? null : alarms[0]! + 1 }
  },
  bcaAcceleration: ({ x, stat }) => ({ theta: statistics[stat]!(x), a: acceleration(x, statistics[stat]!) }),
  bcaInterval: ({ x, stat, conf, B }) =>
    bca<number>(x, statistics[stat]!, xoshiro128(seed), { level: conf, resamples: B }),
  wilcoxonSignedRank: ({ x, y }) => {
    const { v, p } = wilcoxon(x.map((value: number, i: number) => value - y[i]))
    return { V: v, p }
  },
  wilcoxonSignedRankTwoSided: ({ d }) => {
    const { v, pTwoSided } = wilcoxon(d)
    return { V: v, p: pTwoSided }
  },
  clusteredSE: ({ clusters, correction }) => ({ se: clusteredSe(clusters, { correction }) }),
  mdeOneSidedMidP: ({ n, pc, alpha, power }) => ({ drop: minimumDetectableDrop(n, pc, { alpha, power }) }),
  ppiMean: ({ Y, Yhat, YhatUnlabeledOnes, YhatUnlabeledN, alpha }) => {
    const judged = Array.from({ length: YhatUnlabeledN }, (_, i) => (i < YhatUnlabeledOnes ? 1 : 0))
    return ppiMean(Y, Yhat, judged, 1 - alpha)
  },
  signFlipExact: ({ d }) => {
    const { sum, p, pExact } = signFlip(d)
    const total = 2 ** d.length
    return { sum, p: pExact, midp: p, pTwoSided: Math.min(1, 2 * pExact), countGE: Math.round(pExact * total), total }
  },
  confirmProbability: ({ pBase, pHead, rounds }) => {
    const named = rounds.map(([runs, baseAtLeast, headAtMost]: number[]) => ({ runs, baseAtLeast, headAtMost }))
    return { p: confirmProbability(pBase, pHead, named) }
  },
  floorNeeded: ({ threshold, n }) => ({ need: floorNeeded(threshold, n) }),
  binomialTail: ({ k, n, p }) => ({ p: binomialTail(k, n, p) }),
  curtailFloor: ({ threshold, n, results }) =>
    curtailFloor(
      floorNeeded(threshold, n),
      n,
      [...results].map((letter) => letter === 'P'),
    ),
}

const crossCheck: Record<string, Check> = {
  mcnemarExact: ({ b, c }) => ({ p: oracle.mcnemarExact(b, c) }),
  mcnemarMidP: ({ b, c }) => ({ p: oracle.mcnemarMidP(b, c) }),
  mcnemarChi2: ({ b, c }) => ({ p: oracle.mcnemarChi2(b, c) }),
  mcnemarChi2CC: ({ b, c }) => ({ p: oracle.mcnemarChi2Corrected(b, c) }),
  newcombePaired: (table) => oracle.newcombePaired(table),
  waldPaired: (table) => oracle.waldPaired(table),
  clopperPearson: ({ x, n, conf }) => oracle.clopperPearson(x, n, conf),
  benjaminiHochberg: ({ p }) => ({ adj: oracle.benjaminiHochberg(p) }),
  krippendorffAlpha: ({ data }) => ({ alpha: oracle.krippendorffNominal(data) }),
  oneSidedMixtureEValue: ({ b, c }) => ({ e: oracle.mixtureEValue(b, c) }),
  passAtK: ({ n, c, k }) => ({ v: oracle.passAtK(n, c, k) }),
  passHatK: ({ n, c, k }) => ({ v: oracle.passHatK(n, c, k) }),
  roganGladen: ({ apparent, sens, spec }) => ({ p: oracle.roganGladen(apparent, sens, spec) }),
  tvChange: (rule) => ({ onsets0: oracle.tvChange(rule) }),
}

const endToEnd: Record<string, Check> = {
  'passRate+discordant': ({ file, from, to }, folder) => passRates(join(folder, file), from, to),
  judgeAgreement: ({ file }, folder) => judgeAgreement(join(folder, file)),
}

const tables: Record<string, Record<string, Check>> = { product, 'cross-check': crossCheck, 'end-to-end': endToEnd }

/** Numbers within the tolerance, lists member by member, anything else equal. */
function agrees(got: unknown, expected: unknown, tol: number): boolean {
  if (Array.isArray(expected)) {
    return Array.isArray(got) && got.length === expected.length && expected.every((e, i) => agrees(got[i], e, tol))
  }
  if (typeof expected === 'number') return typeof got === 'number' && Math.abs(got - expected) <= tol
  return got === expected
}

function checkVector(vector: Vector, folder: string): Checked {
  const { id, fn, use, input, expected, tol } = vector
  const table = tables[use] ?? {}
  if (!Object.hasOwn(table, fn)) return { id, fn, result: 'skipped', detail: `no ${use} function of this name here` }
  try {
    const got: object | null = table[fn]!(input, folder)
    const wrong = Object.entries(expected).filter(([name, value]) => {
      // A misspelt member must not pass as equal to nothing.
      return got === null || !Object.hasOwn(got, name) || !agrees(got[name as keyof typeof got], value, tol)
    })
    if (wrong.length === 0) return { id, fn, result: 'passed', detail: '' }
    return { id, fn, result: 'failed', detail: `expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}` }
  } catch (error) {
    return { id, fn, result: 'failed', detail: String(error) }
  }
}

/** What each vector of a file says; files that it names are looked up beside it. */
export function checkVectors(file: string): Checked[] {
  const { format, vectors } = JSON.parse(readFileSync(file, 'utf8')) as { format: number; vectors: Vector[] }
  if (format !== 1) throw new Error(`${file}: format ${format}; this script reads 1`)
  return vectors.map((vector) => checkVector(vector, dirname(file)))
}

if (import.meta.main) {
  const file = process.argv[2]
  if (!file) {
    console.error('usage: node --conditions=assay-source test/vectors.ts FILE')
    process.exit(2)
  }
  const checked = checkVectors(file)
  for (const { id, fn, result, detail } of checked)
    if (result !== 'passed') console.log(`${result} ${id} (${fn}): ${detail}`)
  const count = (result: Checked['result']): number => checked.filter((one) => one.result === result).length
  const skipped = count('skipped')
  console.log(`${count('passed')} passed, ${count('failed')} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`)
  process.exitCode = count('failed') === 0 ? 0 : 1
}
