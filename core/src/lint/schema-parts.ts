import { memberPointer } from '../registry/edit.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'

/** A schema inside a schema: its place, and in how many objects it stands. */
export type SchemaPart = { pointer: string; schema: JsonObject; depth: number }

const one = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames']
const lists = ['anyOf', 'oneOf', 'allOf', 'prefixItems', 'items']
const maps = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']

/** A schema and all schemas in it, outside in. Values that are data (`default`, `examples`, `enum`) are not walked. */
export function* schemaParts(schema: Json, pointer = '', depth = 0): Generator<SchemaPart> {
  if (!isJsonObject(schema)) return
  yield { pointer, schema, depth }
  const inner = isJsonObject(schema.properties) ? depth + 1 : depth
  for (const key of one) yield* schemaParts(schema[key] ?? null, memberPointer(pointer, key), inner)
  for (const key of lists) {
    const list = schema[key]
    if (!Array.isArray(list)) continue
    for (const [index, item] of list.entries())
      yield* schemaParts(item, `${memberPointer(pointer, key)}/${index}`, inner)
  }
  for (const key of maps) {
    const map = schema[key]
    if (!isJsonObject(map)) continue
    for (const [name, item] of Object.entries(map)) {
      yield* schemaParts(item, memberPointer(memberPointer(pointer, key), name), inner)
    }
  }
}
