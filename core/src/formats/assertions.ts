import type { Json, JsonObject } from '../text/json.ts'
import { defined } from './source.ts'

/** An assertion of another format in our terms; null: it has no counterpart, or the scorer does not exist here. */
export type Mapped = { assertion: JsonObject; expected?: Json } | null

/** Whether an assertion may be written as active: a golden set that names a scorer nobody has is refused as a whole. */
export const isActive = (mapped: Mapped, scorers: readonly string[]): mapped is NonNullable<Mapped> =>
  mapped !== null && scorers.includes(String(mapped.assertion['type']))

/** `contains` over one text or a list. */
export const containsSpec = (
  value: Json,
  o: { norm?: string[]; mode?: string; negate?: boolean; name?: string } = {},
): JsonObject => defined({ type: 'contains', name: o.name, value, norm: o.norm, mode: o.mode, negate: o.negate })

/** A pattern that means a text at the start or at the end. */
export const edgePattern = (value: string, edge: 'start' | 'end'): string => {
  const literal = value.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
  return edge === 'start' ? `^${literal}` : `${literal}$`
}

/** The text of a pattern that `edgePattern` made, or null. */
export function edgeOf(pattern: string): { value: string; edge: 'start' | 'end' } | null {
  const edge = pattern.startsWith('^') ? 'start' : pattern.endsWith('$') ? 'end' : null
  if (edge === null) return null
  const value = (edge === 'start' ? pattern.slice(1) : pattern.slice(0, -1)).replace(/\\([.*+?^${}()|[\]\\/-])/g, '$1')
  return edgePattern(value, edge) === pattern ? { value, edge } : null
}

/** `{{name}}` in an assertion is a variable of the test. */
export function filled(value: Json, vars: JsonObject): Json {
  if (typeof value === 'string') {
    return value.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) =>
      Object.hasOwn(vars, name) && typeof vars[name] !== 'object' ? String(vars[name]) : whole,
    )
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, vars))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, vars)]))
}
