import { canonicalJson } from '../../text/canonical-json.ts'
import { isJsonObject, type Json, type JsonObject } from '../../text/json.ts'
import { readStrictJson } from '../../text/strict-json.ts'
import type { FieldScore } from '../result.ts'
import { normalise, normList, normProblem } from './normalise.ts'
import type { Scorer } from './scorer.ts'

const isNumberBetween = (value: Json | undefined, low: number, high: number): boolean =>
  value === undefined || (typeof value === 'number' && value >= low && value <= high)

/**
 * Compares an answer with an expected object, field by field: value = Σ w·s / Σ w over the fields, pass when it is at
 * least `min` (1). An expected null equals an absent member unless `absent: distinct`; members that the expectation does
 * not name are ignored unless `extra: fail`. The answer must be one JSON object; nothing is repaired.
 */
export const jsonFields: Scorer = {
  id: 'json-fields',
  mayGate: true,
  options: ['fields', 'weights', 'normalise', 'min', 'absent', 'extra', 'fenced'],
  problem(options, c) {
    if (!isJsonObject(c.expected)) return 'json-fields needs an object as "expected"'
    if (!isNumberBetween(options['min'], 0, 1)) return 'min is a number from 0 to 1'
    const norms = options['normalise']
    if (norms !== undefined && !isJsonObject(norms)) return 'normalise maps a field to normalisers'
    for (const names of Object.values(norms ?? {})) {
      const problem = normProblem(names, ['set'])
      if (problem) return problem
    }
    return null
  },
  score(c, answer, { options }) {
    if (!isJsonObject(c.expected)) return { value: null, pass: null, reason: 'no expected object' }
    const text = options['fenced'] === 'allow' ? unfenced(answer.text) : answer.text
    const json = readStrictJson(text)
    if (!json.ok) return { value: 0, pass: false, reason: json.problem }
    if (!isJsonObject(json.value)) return { value: 0, pass: false, reason: 'the answer is not a JSON object' }
    const got = json.value
    const expected = c.expected
    const names = Array.isArray(options['fields']) ? options['fields'].map(String) : Object.keys(expected)
    const detail = names.map((field) => ({
      ...compareField(field, at(expected, field), at(got, field), options),
      field,
    }))
    if (options['extra'] === 'fail') {
      const extra = Object.keys(got).filter((field) => !Object.hasOwn(expected, field))
      detail.push(...extra.map((field) => ({ field, expected: null, got: got[field] ?? null, score: 0, weight: 1 })))
    }
    const total = detail.reduce((sum, { weight }) => sum + weight, 0)
    const value = total === 0 ? 1 : detail.reduce((sum, { weight, score }) => sum + weight * score, 0) / total
    const min = typeof options['min'] === 'number' ? options['min'] : 1
    const fields: FieldScore[] = detail.map((part) => ({
      field: part.field,
      pass: part.score === 1,
      expected: part.expected,
      got: part.got,
    }))
    const pass = value >= min - 1e-12
    return { value, pass, reason: reasonOf(fields), detail: fields }
  },
}

const unfenced = (text: string): string => /^\s*```[a-z]*\n([\s\S]*?)\n?```\s*$/.exec(text)?.[1] ?? text

/** A member by dotted name (`party.name`) or JSON pointer (`/party/name`); null when absent. */
function at(value: JsonObject, field: string): Json | undefined {
  if (Object.hasOwn(value, field)) return value[field]
  const steps = field.startsWith('/')
    ? field
        .slice(1)
        .split('/')
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    : field.split('.')
  let here: Json | undefined = value
  for (const step of steps) {
    if (Array.isArray(here)) here = here[Number(step)]
    else if (isJsonObject(here) && Object.hasOwn(here, step)) here = here[step]
    else return undefined
  }
  return here
}

function compareField(field: string, expected: Json | undefined, got: Json | undefined, options: JsonObject) {
  const norms = isJsonObject(options['normalise']) ? normList(options['normalise'][field]) : []
  const weights = isJsonObject(options['weights']) ? options['weights'] : {}
  const weight = typeof weights[field] === 'number' ? weights[field] : 1
  const isDistinct = options['absent'] === 'distinct' && (expected === undefined) !== (got === undefined)
  const [a, b] = [expected ?? null, got ?? null]
  const score = isDistinct ? 0 : norms.includes('set') ? setF1(a, b, norms) : equal(a, b, norms) ? 1 : 0
  return { expected: a, got: b, score, weight }
}

/** A value as text to compare: strings normalised, lists and objects by their canonical JSON. */
function normalForm(value: Json, norms: readonly string[]): string {
  const walk = (part: Json): Json => {
    if (typeof part === 'string') return normalise(part, norms)
    if (Array.isArray(part)) return part.map(walk)
    if (isJsonObject(part)) return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, walk(inner)]))
    return part
  }
  try {
    return canonicalJson(walk(value))
  } catch {
    // Lone surrogates and huge integers have no canonical form; they equal only themselves.
    return JSON.stringify(walk(value))
  }
}

const equal = (a: Json, b: Json, norms: readonly string[]): boolean => normalForm(a, norms) === normalForm(b, norms)

/** F1 of two lists as multisets, order-free: 2·hits / (|a| + |b|); both empty 1. */
function setF1(a: Json, b: Json, norms: readonly string[]): number {
  const list = (value: Json): string[] =>
    (Array.isArray(value) ? value : value === null ? [] : [value]).map((item) => normalForm(item, norms))
  const left = list(a)
  const rest = list(b)
  const size = left.length + rest.length
  if (size === 0) return 1
  let hits = 0
  for (const item of left) {
    const found = rest.indexOf(item)
    if (found === -1) continue
    rest.splice(found, 1)
    hits += 1
  }
  return (2 * hits) / size
}

function reasonOf(fields: readonly FieldScore[]): string {
  const wrong = fields.filter((field) => !field.pass)
  const first = wrong[0]
  if (!first) return `${fields.length}/${fields.length} fields`
  const words = `${first.field}: expected ${JSON.stringify(first.expected)}, got ${JSON.stringify(first.got)}`
  return wrong.length === 1 ? words : `${words} · ${fields.length - wrong.length}/${fields.length} fields`
}
