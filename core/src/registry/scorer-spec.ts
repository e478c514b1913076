import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import type { ScorerSpec } from './golden.ts'

/** Scorers that only report unless a file says `gating: true` (EVALS 5). */
const reportOnly = new Set(['same-as-base', 'latency', 'cost', 'tokens'])

/** An assertion as a scorer with options; what is not `type`, `name`, `gating` or `negate` is an option. */
export function scorerSpec(assertion: JsonObject): ScorerSpec {
  const { type, name, gating, negate, ...options } = assertion
  const scorer = String(type)
  return {
    scorer,
    name: typeof name === 'string' ? name : scorer,
    gating: typeof gating === 'boolean' ? gating : !reportOnly.has(scorer),
    negate: negate === true,
    options,
  }
}

/** The specs of a list that has passed its shape; anything else in it is left out. */
export const scorerSpecs = (assertions: Json | undefined): ScorerSpec[] =>
  Array.isArray(assertions)
    ? assertions
        .filter(isJsonObject)
        .filter(({ type }) => typeof type === 'string')
        .map(scorerSpec)
    : []

/** Lists one over the other: a later spec with the same scorer and name replaces the earlier one where it stands. */
export function mergeSpecs(...lists: (readonly ScorerSpec[])[]): ScorerSpec[] {
  const merged = new Map<string, ScorerSpec>()
  for (const spec of lists.flat()) merged.set(JSON.stringify([spec.scorer, spec.name]), spec)
  return [...merged.values()]
}
