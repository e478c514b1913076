import { canonicalJson } from '../text/canonical-json.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json } from '../text/json.ts'
import type { FieldChange, Meaning } from './prompt-diff.ts'

/** One change, or none when both are the same; the order of keys does not count. */
export function whole(
  pointer: string,
  before: Json | undefined,
  after: Json | undefined,
  meaning: Meaning,
  words: string,
): FieldChange[] {
  const [a, b] = [plain(before), plain(after)]
  return canonicalJson(a) === canonicalJson(b) ? [] : [{ pointer, before: a, after: b, meaning, words }]
}

/** Without members that are undefined, which optional types allow and JSON does not. */
function plain(value: Json | undefined): Json {
  if (value === undefined) return null
  if (Array.isArray(value)) return value.map(plain)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, plain(item)]),
  )
}
