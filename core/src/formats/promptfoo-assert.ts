import type { Json, JsonObject } from '../text/json.ts'
import { containsSpec, edgePattern } from './assertions.ts'
import type { Mapped } from './assertions.ts'
import { defined, list, object, text } from './source.ts'

/** One assertion of promptfoo in our terms; code is never run, so `javascript` and `python` have no counterpart. */
export function mapAssert(assert: JsonObject): Mapped {
  const { type: written, value, threshold, metric, weight: _weight, ...rest } = assert
  const negate = String(written).startsWith('not-') ? true : undefined
  const type = String(written).replace(/^not-/, '')
  const unknown = Object.keys(rest).filter((key) => key !== 'provider' && key !== 'rubricPrompt')
  // A transform is code that changes what is judged.
  if (unknown.length > 0 || (typeof value === 'string' && value.startsWith('file://'))) return null
  const name = text(metric)
  const base = (spec: JsonObject): Mapped => ({ assertion: defined({ ...spec, name, negate }) })
  switch (type) {
    case 'equals':
      return value === undefined || negate ? null : { assertion: defined({ type: 'exact', name }), expected: value }
    case 'contains':
    case 'icontains':
    case 'contains-all':
    case 'contains-any':
    case 'icontains-all':
    case 'icontains-any': {
      const values = type.endsWith('l') || type.endsWith('y') ? items(value) : value
      if (values === undefined || (Array.isArray(values) && values.length === 0) || values === '') return null
      const mode = type.endsWith('-any') ? 'any' : undefined
      const norm = type.startsWith('i') ? ['case'] : undefined
      return base(containsSpec(values, { ...(norm ? { norm } : {}), ...(mode ? { mode } : {}) }))
    }
    case 'starts-with':
      return typeof value === 'string' ? base({ type: 'regex', pattern: edgePattern(value, 'start') }) : null
    case 'regex':
      return typeof value === 'string' ? base({ type: 'regex', pattern: value }) : null
    case 'is-json':
      return base({ type: 'json-schema', schema: value ?? {} })
    case 'similar':
      return base(defined({ type: 'similarity', value, min: threshold }))
    case 'llm-rubric':
      return base(defined({ type: 'judge', rubric: value, threshold }))
    case 'cost':
    case 'latency':
      return base(defined({ type, max: threshold }))
    default:
      return type.startsWith('model-graded-') ? base(defined({ type: 'judge', rubric: value, threshold })) : null
  }
}

/** `contains-any` takes a list or a text with commas. */
const items = (value: Json | undefined): Json | undefined =>
  typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value

/** The way back; null: it has no counterpart. `expected` is the case's. */
export function assertOut(assertion: JsonObject, expected: Json | undefined): JsonObject | null {
  const { type, value, norm, mode, schema, pattern, negate, name } = assertion
  const not = negate === true ? 'not-' : ''
  const metric = text(name) !== undefined && !isMade(String(type), String(name)) ? name : undefined
  if (type === 'exact') return expected === undefined ? null : defined({ type: 'equals', value: expected, metric })
  if (type === 'contains') {
    const list = Array.isArray(value) ? (mode === 'any' ? '-any' : '-all') : ''
    const folded = JSON.stringify(norm ?? []) === '["case"]'
    if (norm !== undefined && !folded) return null
    return defined({ type: `${not}${folded ? 'i' : ''}contains${list}`, value, metric })
  }
  if (type === 'regex') return defined({ type: `${not}regex`, value: pattern, metric })
  if (type === 'json-schema') {
    const isAny = schema === undefined || Object.keys(object(schema)).length === 0
    return defined({ type: `${not}is-json`, value: isAny ? undefined : schema, metric })
  }
  return null
}

/** A name that only tells two assertions of one type apart. */
export const isMade = (type: string, name: string): boolean => name === type || new RegExp(`^${type}-\\d+$`).test(name)

/** Two assertions of one type need names, for the later would replace the earlier. `taken` holds what stands already. */
export function named(assertion: JsonObject, taken: Set<string>): JsonObject {
  const type = String(assertion['type'])
  const stem = text(assertion['name']) ?? type
  let name = stem
  for (let n = 2; taken.has(`${type} ${name}`); n += 1) name = `${stem}-${n}`
  taken.add(`${type} ${name}`)
  if (name === type) return assertion
  const { type: first, ...rest } = assertion
  return { type: first!, ...rest, name }
}

/** `__expected` of a CSV: `icontains:bonjour`, `similar(0.8):text`, `is-json`; anything else is equality. */
export function assertOfCell(cell: string): JsonObject {
  const match = /^((?:not-)?[a-z][a-z-]*)(?:\((\d*\.?\d+)\))?:([\s\S]*)$/.exec(cell)
  const aliases: Record<string, string> = { fn: 'javascript', eval: 'javascript', grade: 'llm-rubric' }
  if (match) {
    const [, type = '', threshold, value = ''] = match
    return defined({
      type: aliases[type] ?? type,
      value: value.trim(),
      threshold: threshold === undefined ? undefined : Number(threshold),
    })
  }
  return /^(?:not-)?(?:is-json|contains-json)$/.test(cell) ? { type: cell } : { type: 'equals', value: cell }
}

export const assertsOf = (test: JsonObject): JsonObject[] => list(test['assert']).map(object)
