const NOTES = new Set(['$schema', '$id', 'title', 'description', 'default', 'examples'])
// "required" is listed although the grammar ignores it: it always writes every property, which satisfies any "required".
const ENFORCED = new Set([
  'type', 'enum', 'const', 'oneOf', 'properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties',
  'items', 'prefixItems', 'minItems', 'maxItems', 'minLength', 'maxLength', 'format',
]) // prettier-ignore
const SCALARS = new Set(['string', 'number', 'integer', 'boolean', 'null'])
const FORMATS = new Set(['date', 'time', 'date-time'])

/** Names the first part of a JSON Schema that the grammar would ignore, or nothing. The converter itself drops unknown keywords in silence. */
export function unsupportedKeyword(schema: unknown, path = ''): string | undefined {
  if (typeof schema === 'boolean') return undefined
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema))
    return `a value at "${path || '/'}" that is no schema`
  for (const [key, value] of Object.entries(schema)) {
    if (NOTES.has(key)) continue
    if (!ENFORCED.has(key)) return `"${key}" at "${path || '/'}"`
    if (key === 'type' && Array.isArray(value) && !value.every((type) => SCALARS.has(type)))
      return `a union with an object or array at "${path || '/'}"`
    if (key === 'format' && !FORMATS.has(value)) return `the format "${value}" at "${path || '/'}"`
    const inner = children(key, value).map(([step, child]) => unsupportedKeyword(child, `${path}/${step}`))
    const found = inner.find((name) => name !== undefined)
    if (found) return found
  }
  return undefined
}

function children(key: string, value: unknown): [string, unknown][] {
  if (key === 'properties') return Object.entries(value as object).map(([name, child]) => [`properties/${name}`, child])
  if (key === 'oneOf' || key === 'prefixItems')
    return (value as unknown[]).map((child, index) => [`${key}/${index}`, child])
  if (key === 'items' || key === 'additionalProperties') return [[key, value]]
  return []
}
