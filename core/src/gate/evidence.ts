import type { Answer, Evidence, ModelRequest } from '../tape/exchange.ts'
import { requestKey } from '../tape/key.ts'
import { toAnswer } from '../tape/line.ts'
import type { TapeStore } from '../tape/store.ts'

/** Where recorded answers come from: the base commit, the work tree or head commit, and the run folder. */
export type Origins = { base: TapeStore; head: TapeStore; measured: TapeStore }

/**
 * Whether answers that nobody but the author saw count (EVALS 3). `auto`: in a local check or a pull request from the
 * same repository, while no key is set to ask again. From a fork: never.
 */
export const claimedCounts = (setting: 'auto' | boolean, o: { fork: boolean; hasKey: boolean }): boolean =>
  !o.fork && (setting === true || (setting === 'auto' && !o.hasKey))

/**
 * Finds the answer to a request with the evidence that its place gives it. A line of base's tape is `recorded` only for
 * a request that base itself makes; otherwise one merge could turn an author's own lines into evidence for the next.
 * `baseKeys` holds the keys of sample 0 of base's own requests.
 */
export function finder(
  origins: Origins,
  baseKeys: ReadonlySet<string>,
  acceptClaimed: boolean,
): (request: ModelRequest) => Promise<Answer | undefined> {
  return async (request) => {
    const key = requestKey(request)
    const isBaseRequest = baseKeys.has(request.i === 0 ? key : requestKey({ ...request, i: 0 }))
    const ofBase = await origins.base.get(key)
    if (ofBase && isBaseRequest) return toAnswer(ofBase, 'recorded')
    const measured = await origins.measured.get(key)
    if (measured) return toAnswer(measured, 'measured')
    if (!acceptClaimed) return undefined
    const claimed = ofBase ?? (await origins.head.get(key))
    return claimed && toAnswer(claimed, 'claimed')
  }
}

/** The weakest evidence of a set of answers: what a headline must name. */
export const weakest = (levels: Record<Evidence, number>): Evidence | null =>
  (['claimed', 'recorded', 'measured'] as const).find((level) => levels[level] > 0) ?? null
