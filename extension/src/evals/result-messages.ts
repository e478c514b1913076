import { oneLine, reasonOf, type Answer, type Case, type CaseResult, type Json, type JsonObject } from '@assay/core'

/** What a failed case says. The first is one line for the editor; the second is the pair of texts behind it. */
export type FailureMessages = { headline: string; expected: string | null; actual: string }

/** About 60 characters are seen beside a line of a window of 1,400 pixels; more than 90 never are. */
export const headlineLimit = 90

/** The messages of a failed case: what was expected and what came, the most telling field first. */
export function failureMessages(c: Case, result: CaseResult, answer: Answer, schema?: Json): FailureMessages {
  const order = keyOrder(schema, c.expected)
  const actual = parsed(answer.text)
  return {
    headline: headlineOf(result),
    expected: c.expected === undefined ? null : pretty(c.expected, order),
    actual: actual === undefined ? answer.text : pretty(actual, order),
  }
}

/** `termination_date: expected null, got "30 days" · 7/8 fields`, at most 90 characters. */
export function headlineOf(result: CaseResult): string {
  const scores = result.runs[0]?.scores ?? []
  const fields = scores.find((score) => score.gating && score.pass === false)?.detail ?? []
  const wrong = fields.filter((field) => !field.pass)
  const [first] = wrong
  if (!first) return clip(oneLine(reasonOf(scores)), headlineLimit)
  const count = fields.length > 1 ? ` · ${fields.length - wrong.length}/${fields.length} fields` : ''
  const words = `${first.field}: expected ${JSON.stringify(first.expected)}, got ${JSON.stringify(first.got)}`
  return `${clip(oneLine(words), headlineLimit - count.length)}${count}`
}

/** Cut between code points, so that no half of an emoji is left. */
function clip(text: string, limit: number): string {
  if (text.length <= limit) return text
  const cut = text.slice(0, limit - 1)
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}

/** Plain text as Markdown that shows exactly this text: values of cases and answers come from strangers. */
export const asMarkdown = (text: string): string => text.replace(/[\\`*_{}[\]()#+\-.!~<>|&:@$]/g, (sign) => `\\${sign}`)

/** JSON of an answer, or undefined for text. */
function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

const pretty = (value: Json, order: readonly string[]): string =>
  typeof value === 'string' ? value : JSON.stringify(sorted(value, order), null, 2)

/** Keys as the schema names them, then as the expectation does: equal fields stand on equal lines. */
function keyOrder(schema: Json | undefined, expected: Json | undefined): string[] {
  const properties = isObject(schema) && isObject(schema['properties']) ? Object.keys(schema['properties']) : []
  return [...new Set([...properties, ...(isObject(expected) ? Object.keys(expected) : [])])]
}

function sorted(value: Json, order: readonly string[]): Json {
  if (!isObject(value)) return value
  const place = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length)
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => place(a) - place(b)))
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
