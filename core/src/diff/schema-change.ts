import { canonicalJson } from '../text/canonical-json.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import type { FieldChange, Meaning } from './prompt-diff.ts'

/** Keywords that describe and refuse nothing; the model may read them, so they are not nothing either. */
const annotations = new Set([
  'title',
  'description',
  'examples',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
  '$comment',
  '$schema',
  '$id',
])

/**
 * Changes of the contract that answers keep. Anything that refuses, drops or promises something else is breaking, and so
 * is what cannot be judged: a wrong "minor" breaks callers, a wrong "major" costs a number.
 */
export function compareSchemas(before: Json | undefined, after: Json | undefined): FieldChange[] {
  if (before === undefined && after === undefined) return []
  if (before === undefined) return [change('/output_schema', null, after!, 'behaviour', 'output_schema added')]
  if (after === undefined) return [change('/output_schema', before, null, 'breaking', 'output_schema removed')]
  return compare(before, after, '/output_schema', '')
}

function compare(before: Json, after: Json, pointer: string, name: string): FieldChange[] {
  if (equal(before, after)) return []
  if (!isJsonObject(before) || !isJsonObject(after))
    return [change(pointer, before, after, 'breaking', `${name || 'output_schema'} changed`)]
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key) => compareKeyword(key, before, after, pointer, name))
}

function compareKeyword(
  key: string,
  before: JsonObject,
  after: JsonObject,
  pointer: string,
  name: string,
): FieldChange[] {
  const [a, b] = [before[key], after[key]]
  if (equal(a, b)) return []
  const at = `${pointer}/${key}`
  const of = name === '' ? '' : ` of ${name}`
  if (annotations.has(key)) return [change(at, a ?? null, b ?? null, 'behaviour', `${key}${of} changed`)]
  if (key === 'properties') return compareProperties(asMap(a), asMap(b), { before, after, pointer: at, name })
  if (key === '$defs' || key === 'definitions') return compareDefinitions(asMap(a), asMap(b), at)
  if ((key === 'items' || key === 'additionalProperties') && isJsonObject(a) && isJsonObject(b))
    return compare(a, b, at, name)
  return [change(at, a ?? null, b ?? null, 'breaking', `${key}${of} changed`)]
}

type Owner = { before: JsonObject; after: JsonObject; pointer: string; name: string }

function compareProperties(before: JsonObject, after: JsonObject, owner: Owner): FieldChange[] {
  const closed = owner.before.additionalProperties === false || owner.after.additionalProperties === false
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const name = owner.name === '' ? key : `${owner.name}.${key}`
    const at = `${owner.pointer}/${key}`
    const [a, b] = [before[key], after[key]]
    if (b === undefined) return [change(at, a!, null, 'breaking', `${name} removed`)]
    if (a === undefined)
      return [
        change(at, null, b, closed ? 'breaking' : 'behaviour', `${name} added${closed ? ' to a closed object' : ''}`),
      ]
    return compare(a, b, at, name)
  })
}

function compareDefinitions(before: JsonObject, after: JsonObject, pointer: string): FieldChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const at = `${pointer}/${key}`
    const [a, b] = [before[key], after[key]]
    // A new definition does nothing until a reference names it, and that reference is a change of its own.
    if (a === undefined) return [change(at, null, b!, 'behaviour', `${key} defined`)]
    return b === undefined ? [change(at, a, null, 'breaking', `${key} removed`)] : compare(a, b, at, key)
  })
}

const change = (pointer: string, before: Json, after: Json, meaning: Meaning, words: string): FieldChange => ({
  pointer,
  before,
  after,
  meaning,
  words,
})
const asMap = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
const equal = (a: Json | undefined, b: Json | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b))
