import type { CaseResult, FieldScore } from '../eval/result.ts'
import { reasonOf } from '../eval/score.ts'
import type { Case } from '../registry/golden.ts'
import { firstRun, type Confirmation, type Pair } from './verdict.ts'

/** A pair gates when something could fail it on both sides; a missing base (no baseline) gates by head alone. */
export const isGatingPair = (pair: Pair): boolean =>
  (pair.head === 'passed' || pair.head === 'failed') && (pair.base === 'passed' || pair.base === 'failed')

/**
 * Pairs head's cases with base's by id, in the order of the golden set. Without a base each case is paired with itself,
 * so that nothing flips.
 */
export function pairCases(
  cases: readonly Case[],
  base: ReadonlyMap<string, CaseResult> | null,
  head: ReadonlyMap<string, CaseResult>,
  confirmations: ReadonlyMap<string, Confirmation>,
): Pair[] {
  return cases.flatMap((c): Pair[] => {
    const ofHead = head.get(c.id)
    if (!ofHead) return []
    const ofBase = base?.get(c.id)
    const baseState = base ? (ofBase?.state ?? 'unanswered') : ofHead.state
    const confirm = confirmations.get(c.id)
    const fields = failedFields(ofHead)
    const baseAnswer = ofBase && firstRun(ofBase.runs)?.excerpt
    const headAnswer = firstRun(ofHead.runs)?.excerpt
    return [
      {
        case: c.id,
        critical: c.critical,
        tags: c.tags,
        at: { file: c.path, line: c.line },
        base: baseState,
        head: ofHead.state,
        flip: flipOf(baseState, ofHead.state),
        reason: reasonFor(ofHead),
        ...(confirm ? { confirm } : {}),
        ...(fields.length > 0 ? { fields } : {}),
        ...(c.expected === undefined
          ? {}
          : { expected_text: typeof c.expected === 'string' ? c.expected : JSON.stringify(c.expected) }),
        ...(baseAnswer === undefined ? {} : { base_answer: baseAnswer }),
        ...(headAnswer === undefined ? {} : { head_answer: headAnswer }),
      },
    ]
  })
}

const flipOf = (base: Pair['base'], head: Pair['head']): Pair['flip'] =>
  base === 'passed' && head === 'failed' ? 'worse' : base === 'failed' && head === 'passed' ? 'better' : null

const failedFields = (result: CaseResult): FieldScore[] =>
  firstRun(result.runs)
    ?.scores.flatMap((score) => score.detail ?? [])
    .filter((field) => !field.pass) ?? []

const reasonFor = (result: CaseResult): string =>
  result.state === 'unanswered' ? result.reason : reasonOf(firstRun(result.runs)?.scores ?? [])

/** The paired table of the gating cases. */
export function countPairs(pairs: readonly Pair[]): {
  n: number
  both: number
  worse: number
  better: number
  neither: number
} {
  const gating = pairs.filter(isGatingPair)
  const worse = gating.filter((pair) => pair.flip === 'worse').length
  const better = gating.filter((pair) => pair.flip === 'better').length
  const both = gating.filter((pair) => pair.base === 'passed' && pair.head === 'passed').length
  return { n: gating.length, both, worse, better, neither: gating.length - both - worse - better }
}
