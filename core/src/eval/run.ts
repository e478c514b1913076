import type { Case } from '../registry/golden.ts'
import type { Answer } from '../tape/exchange.ts'
import { requestKey } from '../tape/key.ts'
import type { Ask } from './ask.ts'
import { buildRequest, type Side } from './request.ts'
import type { CaseResult, CaseRun, Why } from './result.ts'
import { scoreAnswer, type Scoring } from './score.ts'

/** One answer of a case, before it is scored, or why there is none. */
export type Sample =
  | { i: number; ok: true; answer: Answer; costMicroUsd: number | null }
  | { i: number; ok: false; why: Why; reason: string }

/** Asks sample `i` of a case. */
export async function takeSample(side: Side, c: Case, i: number, ask: Ask): Promise<Sample> {
  const built = buildRequest(side, c, i)
  if (!built.ok) return { i, ok: false, why: 'missing', reason: built.problem }
  return { i, ...(await ask(built.request, c.id)) }
}

/**
 * Asks the cases of one side, `repeats` samples each, and yields them in completion order, so that an editor shows the
 * first case at once. Leaving the loop starts no further case. `window` bounds how many are open at once.
 */
export async function* run(
  side: Side,
  cases: Iterable<Case>,
  ask: Ask,
  o: { samples?: readonly number[]; window?: number } = {},
): AsyncGenerator<{ case: Case; samples: Sample[] }> {
  const open = new Map<number, Promise<{ ticket: number; case: Case; samples: Sample[] }>>()
  const take = async (c: Case, ticket: number) => {
    const samples = await Promise.all((o.samples ?? [0]).map((i) => takeSample(side, c, i, ask)))
    return { ticket, case: c, samples }
  }
  const settle = async () => {
    const done = await Promise.race(open.values())
    open.delete(done.ticket)
    return { case: done.case, samples: done.samples }
  }
  let ticket = 0
  for (const c of cases) {
    open.set(ticket, take(c, ticket))
    ticket += 1
    if (open.size >= (o.window ?? 64)) yield await settle()
  }
  while (open.size > 0) yield await settle()
}

const excerptLimit = 4_000

/** Scores the samples of a case: state, passes and runs. `baseAnswer` is for scorers that compare with base. */
export function caseResult(c: Case, samples: readonly Sample[], scoring: Scoring, baseAnswer?: Answer): CaseResult {
  const runs: CaseRun[] = samples
    .filter((sample) => sample.ok)
    .map(({ i, answer, costMicroUsd }) => ({
      i,
      k: answer.key,
      evidence: answer.evidence,
      finish: answer.finish,
      usage: answer.usage && {
        in: answer.usage.inputTokens,
        out: answer.usage.outputTokens,
        cached: answer.usage.cachedInputTokens,
        reasoning: answer.usage.reasoningTokens,
      },
      cost_micro_usd: costMicroUsd,
      ms: Math.round(answer.latencyMs),
      at: answer.at,
      response_model: answer.responseModel,
      fingerprint: answer.fingerprint,
      ...scoreAnswer(c, answer, { ...scoring, ...(baseAnswer ? { base: baseAnswer } : {}) }),
      excerpt: answer.text.length > excerptLimit ? answer.text.slice(0, excerptLimit) : answer.text,
    }))
    .toSorted((a, b) => a.i - b.i)
  const facts = {
    case: c.id,
    index: c.index,
    tags: c.tags,
    critical: c.critical,
    ...(c.cluster === undefined ? {} : { cluster: c.cluster }),
    runs,
    passes: runs.filter((one) => one.pass).length,
    of: runs.length,
    at: { file: c.path, line: c.line },
  }
  const first = runs[0]
  if (!first || first.i !== 0) {
    const missing = samples.find((sample) => !sample.ok)
    return { ...facts, state: 'unanswered', why: missing?.why ?? 'missing', reason: missing?.reason ?? 'was not asked' }
  }
  return { ...facts, state: first.pass === null ? 'unscored' : first.pass ? 'passed' : 'failed' }
}

/** Keys of sample 0 of every case of a side: what makes an answer of another side `recorded` (gate/evidence.ts). */
export function keysOf(side: Side, cases: Iterable<Case>): Set<string> {
  const keys = new Set<string>()
  for (const c of cases) {
    const built = buildRequest(side, c, 0)
    if (built.ok) keys.add(requestKey(built.request))
  }
  return keys
}
