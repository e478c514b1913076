import type { CaseResult, Why } from '../eval/result.ts'
import { caseResult, type Sample } from '../eval/run.ts'
import { isGating, type Scoring } from '../eval/score.ts'
import type { Case } from '../registry/golden.ts'
import { signFlip } from '../stats/sign-flip.ts'
import { countPairs, isGatingPair, pairCases } from './compare.ts'
import { confirmFlip, type Round } from './confirm.ts'
import type { Samples } from './samples.ts'
import type { Comparison, Confirmation, Pair, Reason } from './verdict.ts'

/** The cases that judge, and what each side's answers are scored with. */
export type Test = { cases: readonly Case[]; base: Scoring; head: Scoring }

/** Everything the ladder needs to know of one prompt, before Holm over all prompts. */
export type Judgement = {
  base: CaseResult[] | null
  head: CaseResult[]
  pairs: Pair[]
  counts: Comparison['counts']
  stage1: { p: number; p_exact: number } | null
  stage2?: NonNullable<Comparison['stage2']>
  /** The p that enters Holm: 1 when stage 1 stopped. */
  p: number | null
  critical: string[]
  broken: string[]
  unconfirmed: string[]
  flaky: string[]
  incomplete: { reason: Reason; text: string } | null
}

const stageOneStop = 0.3
const stageTwoSamples = 3

/**
 * Runs the part of the ladder that asks: first answers, reruns of flipped cases in rounds, three samples of every case
 * when the first comparison leaves doubt (EVALS 8, rules 0 and 2 to 4). Scores with one test; the answers are shared.
 */
export async function judge(
  test: Test,
  sides: { base: Samples | null; head: Samples },
  rounds: readonly Round[],
): Promise<Judgement> {
  const { base, head } = sides
  const byId = new Map(test.cases.map((c) => [c.id, c]))
  const resultsOf = async (samples: Samples, scoring: Scoring): Promise<Map<string, CaseResult>> => {
    const results = new Map<string, CaseResult>()
    for (const c of test.cases) {
      const baseAnswer = samples === head ? await base?.answer(c.id) : undefined
      results.set(c.id, caseResult(c, await samples.taken(c.id), scoring, baseAnswer))
    }
    return results
  }
  // Passes among the first `runs` samples; null when one is missing.
  const passes =
    (id: string) =>
    async (side: 'base' | 'head', runs: number): Promise<number | null> => {
      const samples = side === 'base' ? base : head
      const taken: Sample[] = samples ? await samples.first(id, runs) : []
      if (taken.length < runs || taken.some((sample) => !sample.ok)) return null
      const result = caseResult(byId.get(id)!, taken, side === 'base' ? test.base : test.head)
      return result.passes
    }

  const firstHead = await resultsOf(head, test.head)
  const firstBase = base && (await resultsOf(base, test.base))
  const firstPairs = pairCases(test.cases, firstBase, firstHead, new Map())
  const worse = firstPairs.filter((pair) => pair.flip === 'worse')
  const confirmations = new Map<string, Confirmation>()
  const critical: string[] = []
  await Promise.all(
    worse.map(async ({ case: id, critical: isCritical }) => {
      const count = passes(id)
      confirmations.set(id, await confirmFlip(rounds, count))
      // Rule 2: two of three runs of head fail. A flaky base leaves the case to rule 3.
      const ofThree = isCritical ? await count('head', 3) : null
      if (ofThree !== null && ofThree <= 1 && confirmations.get(id)!.outcome !== 'unstable') critical.push(id)
    }),
  )
  const withOutcome = (outcome: Confirmation['outcome']): string[] =>
    worse.map((pair) => pair.case).filter((id) => confirmations.get(id)?.outcome === outcome)
  const broken = withOutcome('broken')

  const stage1 = base ? stageOf(firstPairs.filter(isGatingPair).map(differenceOfOne)) : null
  const isDue = stage1 !== null && stage1.p <= stageOneStop && broken.length === 0 && critical.length === 0
  const gatingIds = firstPairs.filter(isGatingPair).map((pair) => pair.case)
  const differences = isDue ? await Promise.all(gatingIds.map(async (id) => differenceOf(passes(id)))) : []
  const isStage2Whole = differences.every((difference) => difference !== null)
  const stage2 =
    isDue && isStage2Whole
      ? {
          k: 3 as const,
          n: differences.length,
          sum: differences.reduce((sum, d) => sum + d, 0),
          ...stageOf(differences),
        }
      : undefined

  const finalHead = await resultsOf(head, test.head)
  const finalBase = base && (await resultsOf(base, test.base))
  const pairs = pairCases(test.cases, finalBase, finalHead, confirmations)
  return {
    base: finalBase && [...finalBase.values()],
    head: [...finalHead.values()],
    pairs,
    counts: countPairs(pairs),
    stage1,
    ...(stage2 ? { stage2 } : {}),
    p: stage1 === null ? null : stage2 ? stage2.p : stage1.p > stageOneStop ? 1 : stage1.p,
    critical: worse.map((pair) => pair.case).filter((id) => critical.includes(id)),
    broken,
    unconfirmed: withOutcome('unconfirmed'),
    flaky: withOutcome('unstable'),
    incomplete: whatIsMissing(
      [...finalHead.values(), ...(finalBase?.values() ?? [])],
      withOutcome('incomplete'),
      isDue && !isStage2Whole,
    ),
  }
}

const differenceOfOne = (pair: Pair): number => Number(pair.base === 'passed') - Number(pair.head === 'passed')

async function differenceOf(
  count: (side: 'base' | 'head', runs: number) => Promise<number | null>,
): Promise<number | null> {
  const [base, head] = await Promise.all([count('base', stageTwoSamples), count('head', stageTwoSamples)])
  return base === null || head === null ? null : base - head
}

function stageOf(differences: readonly number[]): { p: number; p_exact: number } {
  const histogram = new Map<number, number>()
  for (const d of differences) histogram.set(d, (histogram.get(d) ?? 0) + 1)
  const { p, pExact } = signFlip(histogram)
  return { p, p_exact: pExact }
}

const reasons: Record<Why, Reason> = {
  missing: 'missing-answers',
  budget: 'budget',
  provider: 'outage',
  timeout: 'outage',
  aborted: 'outage',
  scorer: 'outage',
}

// Rule 0. Missing is neither failing nor passing.
function whatIsMissing(
  results: readonly CaseResult[],
  reruns: readonly string[],
  samplesMissing: boolean,
): Judgement['incomplete'] {
  const unanswered = results.filter((result) => result.state === 'unanswered')
  const first = unanswered[0]
  if (first) {
    // A case without an answer on either side cannot be compared, so cases are counted, not answers.
    const missing = new Set(unanswered.map((result) => result.case)).size
    const all = new Set(results.map((result) => result.case)).size
    return { reason: reasons[first.why], text: `${missing} of ${all} cases have no answer: ${first.reason}` }
  }
  if (reruns.length > 0) {
    return {
      reason: 'missing-answers',
      text: `reruns of ${reruns.length} flipped ${reruns.length === 1 ? 'case' : 'cases'} are missing (${reruns.slice(0, 3).join(', ')})`,
    }
  }
  return samplesMissing
    ? { reason: 'missing-answers', text: 'three runs of every case are needed and some are missing' }
    : null
}

/** Gating cases of a test: what the number of rounds depends on, over all prompts of a change. */
export const gatingCount = (test: Test): number => test.cases.filter((c) => isGating(c, test.head)).length
