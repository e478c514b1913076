import type { Case, ScorerSpec } from '../registry/golden.ts'
import { isJsonObject, type Json } from '../text/json.ts'
import type { Answer } from '../tape/exchange.ts'
import type { Score } from './result.ts'
import { scorers as shipped } from './scorers/index.ts'
import type { Scorer } from './scorers/scorer.ts'

/** What answers of one prompt are scored with. */
export type Scoring = { outputSchema?: Json; scorers?: readonly Scorer[] }

/**
 * The scorers of a case: its own assertions, else the defaults that its expectation calls for (REGISTRY 4).
 * A case without expectation is compared with base; the schema still gates it.
 */
export function specsOf(c: Pick<Case, 'assertions' | 'expected'>, outputSchema: Json | undefined): ScorerSpec[] {
  if (c.assertions.length > 0) return c.assertions
  const spec = (scorer: string, gating = true): ScorerSpec => ({
    scorer,
    name: scorer,
    gating,
    negate: false,
    options: {},
  })
  const schema = outputSchema === undefined ? [] : [spec('json-schema')]
  if (c.expected === undefined) return [...schema, spec('same-as-base', false)]
  return [...schema, isJsonObject(c.expected) ? spec('json-fields') : spec('exact')]
}

/** True when something can fail the case. Cases without a gating scorer count in no floor and no test. */
export const isGating = (c: Pick<Case, 'assertions' | 'expected'>, scoring: Scoring): boolean =>
  specsOf(c, scoring.outputSchema).some(
    (spec) => spec.gating && (scoring.scorers ?? shipped).some((scorer) => scorer.id === spec.scorer && scorer.mayGate),
  )

/** True when a scorer of the case looks at the base version's answer. */
export const needsBase = (c: Pick<Case, 'assertions' | 'expected'>, scoring: Scoring): boolean =>
  specsOf(c, scoring.outputSchema).some((spec) => spec.scorer === 'same-as-base')

/** What is wrong with the assertions of a case, before anything is asked: `unknown scorer "exakt"`. */
export function specProblems(c: Pick<Case, 'assertions' | 'expected'>, scoring: Scoring): string[] {
  const known = scoring.scorers ?? shipped
  return c.assertions.flatMap((spec) => {
    const scorer = known.find(({ id }) => id === spec.scorer)
    if (!scorer) return [`Unknown scorer "${spec.scorer}"; known: ${known.map(({ id }) => id).join(', ')}.`]
    const option = Object.keys(spec.options).find((name) => !scorer.options.includes(name))
    if (option !== undefined)
      return [`Scorer "${scorer.id}" has no option "${option}"; it knows: ${scorer.options.join(', ') || 'none'}.`]
    const problem = scorer.problem(spec.options, c)
    return problem === null ? [] : [`Scorer "${scorer.id}": ${problem}.`]
  })
}

/**
 * Scores one answer. A refusal and a cut-off answer fail before any scorer looks at them: they are named for what they
 * are, not as invalid JSON. `pass` is null when no gating scorer gave a value.
 */
export function scoreAnswer(
  c: Case,
  answer: Answer,
  scoring: Scoring & { base?: Answer },
): { scores: Score[]; pass: boolean | null } {
  const early = earlyFailure(answer)
  if (early) {
    return {
      scores: [{ scorer: 'answer', name: 'answer', value: 0, pass: false, gating: true, reason: early }],
      pass: false,
    }
  }
  const known = scoring.scorers ?? shipped
  const scores = specsOf(c, scoring.outputSchema).flatMap((spec): Score[] => {
    const scorer = known.find(({ id }) => id === spec.scorer)
    if (!scorer) return []
    const judged = scorer.score(c, answer, {
      options: spec.options,
      ...(scoring.outputSchema === undefined ? {} : { outputSchema: scoring.outputSchema }),
      ...(scoring.base ? { base: scoring.base } : {}),
    })
    const pass = judged.pass === null ? null : judged.pass !== spec.negate
    return [
      {
        scorer: scorer.id,
        name: spec.name,
        value: judged.value,
        pass,
        gating: spec.gating && scorer.mayGate,
        reason: spec.negate ? `not wanted: ${judged.reason}` : judged.reason,
        ...(judged.detail ? { detail: judged.detail } : {}),
      },
    ]
  })
  const gating = scores.filter((score) => score.gating && score.pass !== null)
  return { scores, pass: gating.length === 0 ? null : gating.every((score) => score.pass) }
}

function earlyFailure(answer: Answer): string | null {
  if (answer.finish === 'length') return `truncated at ${answer.usage?.outputTokens ?? 'the limit of'} output tokens`
  if (answer.finish === 'refusal') return 'refused'
  if (answer.finish === 'filter') return 'stopped by the content filter of the provider'
  return null
}

/** The sentence that explains a failed or changed answer: the first gating failure, else the first that did not pass. */
export function reasonOf(scores: readonly Score[]): string {
  const failed = scores.filter((score) => score.pass === false)
  return (failed.find((score) => score.gating) ?? failed[0])?.reason ?? ''
}
