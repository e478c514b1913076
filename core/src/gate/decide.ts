import { tango } from '../stats/interval.ts'
import { floorNeeded } from '../stats/floor.ts'
import type { Judgement } from './judge.ts'
import type { PromptVerdict, Reason, VerdictWord } from './verdict.ts'

/** The rules of one prompt, from the base commit. `floor` is decimal text: floating point would round it. */
export type Rules = { floor: string; floorStrict: boolean; alpha: number; margin: number; gate: 'golden' | 'full' }

/** What the ladder says of one prompt. */
export type Decision = Pick<PromptVerdict, 'verdict' | 'reason' | 'floor' | 'improved' | 'inconclusive' | 'look_first'>

/**
 * The ladder of EVALS 8 for one prompt, after Holm: the first rule that matches decides. `pHolm` is null without a base.
 */
export function decide(judgement: Judgement, pHolm: number | null, rules: Rules): Decision {
  const { counts, critical, broken, unconfirmed, pairs } = judgement
  const hasBase = judgement.base !== null
  const judged = judgement.head.filter((result) => result.state === 'passed' || result.state === 'failed')
  const k = judged.filter((result) => result.state === 'passed').length
  const baseK = hasBase ? counts.both + counts.worse : null
  const n = judged.length
  const need = floorNeeded(rules.floor, n)
  const isRegression = pHolm !== null && pHolm <= rules.alpha && counts.worse > counts.better
  const supported = critical.length > 0 || broken.length > 0 || isRegression
  const isUnder = k < need
  const isLiteral = !hasBase || rules.gate === 'full' || rules.floorStrict
  const floorBlocks = isUnder && (isLiteral || (baseK! >= need && supported))

  const lookFirst: string[] = []
  if (isUnder && !floorBlocks) {
    lookFirst.push(
      baseK! < need
        ? `under the floor on main already (${baseK}/${n} → ${k}/${n}, needs ${need})`
        : `fell under the floor, the drop is not confirmed (${baseK}/${n} → ${k}/${n}, needs ${need})`,
    )
  }
  const isCritical = pairs.some((pair) => pair.critical && unconfirmed.includes(pair.case))
  if (unconfirmed.length > 1 || isCritical) lookFirst.push(`${unconfirmed.length} worse, not confirmed`)

  const [verdict, reason] = first([
    [judgement.incomplete !== null, 'incomplete', judgement.incomplete?.reason ?? ''],
    [n === 0, 'pass', 'no-golden-cases'],
    [floorBlocks, 'blocked', 'floor'],
    [critical.length > 0, 'blocked', 'critical'],
    [broken.length > 0, 'blocked', 'broken'],
    [isRegression, 'blocked', 'regression'],
    [!hasBase, 'pass', 'no-baseline'],
  ])
  return {
    verdict,
    reason,
    floor: n === 0 ? null : { k, base_k: baseK, n, need, supported },
    improved: judgement.stage1 !== null && counts.better > counts.worse && 1 - judgement.stage1.p <= rules.alpha,
    inconclusive: hasBase && n > 0 && tango(counts, 0.9).lo < -rules.margin,
    look_first: lookFirst,
  }
}

function first(rules: readonly [applies: boolean, verdict: VerdictWord, reason: Reason][]): [VerdictWord, Reason] {
  const match = rules.find(([applies]) => applies)
  return match ? [match[1], match[2]] : ['pass', 'no-change-detected']
}

/** The overall word: the first that applies, since lint and schema are found before anything is asked. */
export function overall(
  prompts: readonly Pick<PromptVerdict, 'verdict' | 'reason'>[],
  lintBlocks: boolean,
): { verdict: VerdictWord; reason: Reason } {
  const find = (test: (prompt: Pick<PromptVerdict, 'verdict' | 'reason'>) => boolean) => prompts.find(test)
  if (lintBlocks) return { verdict: 'blocked', reason: 'lint' }
  const order = [
    find((prompt) => prompt.reason === 'schema'),
    find((prompt) => prompt.verdict === 'incomplete'),
    ...(['floor', 'critical', 'broken', 'regression', 'test-changed'] as const).map((reason) =>
      find((prompt) => prompt.verdict === 'blocked' && prompt.reason === reason),
    ),
    find((prompt) => prompt.reason === 'no-golden-cases'),
    find((prompt) => prompt.reason === 'no-baseline'),
    find((prompt) => prompt.reason === 'no-change-detected'),
  ]
  const match = order.find((prompt) => prompt !== undefined)
  return match ? { verdict: match.verdict, reason: match.reason } : { verdict: 'pass', reason: 'nothing-to-check' }
}
