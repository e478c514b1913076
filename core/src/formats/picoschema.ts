import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'

const scalars = new Set(['string', 'number', 'integer', 'boolean', 'null', 'any'])
const isJsonSchema = (value: JsonObject): boolean =>
  (typeof value['type'] === 'string' && [...scalars, 'object', 'array'].includes(value['type'])) ||
  isJsonObject(value['properties'])

export type Pico = { ok: true; schema: JsonObject } | { ok: false; problem: string }

/** Picoschema (dotprompt's short form) as JSON Schema; a JSON Schema stays as it is. */
export function picoToSchema(written: Json): Pico {
  try {
    return { ok: true, schema: isJsonObject(written) && isJsonSchema(written) ? written : schemaOf(written) }
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, problem: error.message }
    throw error
  }
}

class Unreadable extends Error {}

function schemaOf(written: Json): JsonObject {
  if (typeof written === 'string') {
    const { type, description } = scalarOf(written)
    if (!scalars.has(type))
      throw new Unreadable(`"${type}" is no type of Picoschema; a schema registered in code must be written out`)
    return { ...(type === 'any' ? {} : { type }), ...(description === undefined ? {} : { description }) }
  }
  if (!isJsonObject(written)) throw new Unreadable(`${JSON.stringify(written)} is no Picoschema`)
  const schema: JsonObject = { type: 'object', properties: {}, required: [], additionalProperties: false }
  for (const [key, value] of Object.entries(written)) {
    if (key === '(*)') {
      schema['additionalProperties'] = schemaOf(value)
      continue
    }
    const { name, isOptional, kind, description } = keyOf(key)
    const property = propertyOf(kind, value)
    if (!isOptional) (schema['required'] as Json[]).push(name)
    ;(schema['properties'] as JsonObject)[name] = description === undefined ? property : { ...property, description }
  }
  return schema
}

function propertyOf(kind: string | undefined, value: Json): JsonObject {
  if (kind === 'array') return { type: 'array', items: schemaOf(value) }
  if (kind === 'enum') {
    if (!Array.isArray(value)) throw new Unreadable('an enum needs a list of values')
    return { enum: value }
  }
  if (kind !== undefined && kind !== 'object') throw new Unreadable(`"(${kind})" is no kind of Picoschema`)
  return schemaOf(value)
}

/** `name?(array, what it is)` taken apart. */
export function keyOf(key: string): { name: string; isOptional: boolean; kind?: string; description?: string } {
  const match = /^([^(?]+)(\?)?(?:\(([a-z*]+)(?:,\s*(.*))?\))?$/s.exec(key)
  if (!match) throw new Unreadable(`"${key}" is no field of Picoschema`)
  const [, name = '', optional, kind, description] = match
  return {
    name: name.trim(),
    isOptional: optional !== undefined,
    ...(kind === undefined ? {} : { kind }),
    ...(description === undefined ? {} : { description: description.trim() }),
  }
}

function scalarOf(written: string): { type: string; description?: string } {
  const comma = written.indexOf(',')
  if (comma === -1) return { type: written.trim() }
  return { type: written.slice(0, comma).trim(), description: written.slice(comma + 1).trim() }
}

/** Every object closed and every property required: what strict output asks for. */
export function isStrict(schema: Json): boolean {
  if (!isJsonObject(schema)) return true
  const names = Object.keys(isJsonObject(schema['properties'] ?? null) ? (schema['properties'] as JsonObject) : {})
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : [])
  if (schema['type'] === 'object' && schema['additionalProperties'] !== false) return false
  const inner = [...names.map((name) => (schema['properties'] as JsonObject)[name]!), schema['items'] ?? null]
  return names.every((name) => required.has(name)) && inner.every(isStrict)
}
