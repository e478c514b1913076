import { canonicalJson } from '../text/canonical-json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { sha256Hex, type Sha256 } from '../text/sha256.ts'
import type { ModelRequest } from './exchange.ts'

const isAbsent = (value: Json | undefined): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0)

// One request is looked up several times on its way (base, measured, claimed), and a long prompt takes its time to hash.
const keys = new WeakMap<ModelRequest, Sha256>()

/**
 * The key of a request: SHA-256 of the canonical JSON of everything that decides its answer (EVALS 1).
 * Absent members are left out and defaults never filled in, so a comment, a version or a moved file changes no key.
 * @throws RangeError for values that JSON cannot carry exactly (lone surrogates, integers beyond 2^53).
 */
export function requestKey(request: ModelRequest): Sha256 {
  const known = keys.get(request)
  if (known !== undefined) return known
  const params: JsonObject = {}
  for (const [name, value] of Object.entries(request.params)) if (!isAbsent(value)) params[name] = value
  const parts: JsonObject = {
    v: 1,
    adapter: request.adapter,
    model: request.model,
    messages: request.messages,
    params,
    i: request.i,
  }
  if (!isAbsent(request.tools)) parts['tools'] = request.tools!
  if (!isAbsent(request.responseFormat)) parts['response_format'] = request.responseFormat!
  const key = sha256Hex(canonicalJson(parts))
  keys.set(request, key)
  return key
}
