import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { defined, object, text } from './source.ts'

const types: Record<string, string> = {
  string: 'string',
  str: 'string',
  number: 'number',
  float: 'number',
  double: 'number',
  integer: 'integer',
  int: 'integer',
  boolean: 'boolean',
  bool: 'boolean',
  array: 'array',
  list: 'array',
  object: 'object',
  dict: 'object',
}

export const typeOf = (value: Json): string =>
  Array.isArray(value) ? 'array' : value === null ? 'string' : isJsonObject(value) ? 'object' : typeof value

/** `inputs` and `outputs` in the ways of both versions as `[name, property]`: a map, a list, or `{properties}` around either. */
export function properties(written: Json | undefined): [string, Json][] {
  if (isJsonObject(written) && written['properties'] !== undefined) return properties(written['properties'])
  if (Array.isArray(written))
    return written.filter(isJsonObject).map(({ name, ...rest }): [string, Json] => [String(name), rest])
  return Object.entries(object(written))
}

/** What a property's kind is, in our words; null for what a prompt file does not know (thread, image). */
export const kindOf = (property: Json): string | null => {
  if (!isJsonObject(property))
    return typeof property === 'string' && property in types ? types[property]! : typeOf(property)
  const kind = text(property['kind']) ?? text(property['type'])
  if (kind === undefined) return property['default'] === undefined ? 'string' : typeOf(property['default'])
  return Object.hasOwn(types, kind) ? types[kind]! : null
}

/** One input. A bare value is a sample in version 1 and a default in version 2. */
export function inputOf(property: Json, version: 1 | 2): Json {
  const type = kindOf(property) ?? 'string'
  if (!isJsonObject(property)) {
    if (typeof property === 'string' && property in types) return type
    return { type, [version === 1 ? 'sample' : 'default']: property }
  }
  const { description, default: fallback, sample, example, required, is_required, enumValues } = property
  const spec = defined({
    type,
    description: typeof description === 'string' ? description : undefined,
    required: required === false || is_required === false ? false : undefined,
    default: fallback,
    enum: Array.isArray(enumValues) ? enumValues : undefined,
    sample: sample ?? example,
  })
  return Object.keys(spec).length === 1 ? type : spec
}

/** Members of an input that `inputOf` does not read. */
export const unread = (property: Json): string[] =>
  Object.keys(object(property)).filter(
    (key) =>
      ![
        'kind',
        'type',
        'description',
        'default',
        'sample',
        'example',
        'required',
        'is_required',
        'enumValues',
      ].includes(key),
  )

/** `outputs` as a JSON Schema; every property is required unless it says otherwise. */
export function outputSchemaOf(written: Json): JsonObject {
  const all = properties(written)
  return {
    type: 'object',
    properties: Object.fromEntries(all.map(([name, property]) => [name, schemaOf(property)])),
    required: all.filter(([, property]) => object(property)['required'] !== false).map(([name]) => name),
    additionalProperties: false,
  }
}

function schemaOf(property: Json): JsonObject {
  const { description, items, properties: inner, enumValues } = object(property)
  const type = kindOf(property) ?? 'string'
  if (type === 'object' && inner !== undefined) return { ...outputSchemaOf(inner), ...defined({ description }) }
  return defined({
    type,
    description,
    enum: Array.isArray(enumValues) ? enumValues : undefined,
    items: type === 'array' && items !== undefined ? schemaOf(items) : undefined,
  })
}

/** Parameters of a version 2 tool as a JSON Schema; a schema stays as it is. */
export const parametersSchema = (written: Json | undefined): JsonObject =>
  isJsonObject(written) && written['type'] === 'object' ? written : { ...outputSchemaOf(written ?? []) }

/** Our inputs as version 1 (a map) or version 2 (a list). */
export function inputsOut(inputs: Record<string, unknown>, version: 1 | 2): Json {
  const rows = Object.entries(inputs).map(([name, spec]): [string, JsonObject] => {
    const { type, description, required, default: fallback, enum: allowed } = object(spec as Json)
    const kind = String(type ?? spec)
    return [
      name,
      defined({
        [version === 1 ? 'type' : 'kind']: kind,
        description,
        required: required === false ? false : undefined,
        default: fallback,
        enumValues: allowed,
      }),
    ]
  })
  return version === 1 ? Object.fromEntries(rows) : rows.map(([name, spec]) => ({ name, ...spec }))
}
