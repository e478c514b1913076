import { isJsonObject } from '../text/json.ts'
import type { Json } from '../text/json.ts'
import { readStrictJson } from '../text/strict-json.ts'
import type { CaseSource, SetDefaults } from './golden-case.ts'
import { headLineShape } from './golden-shape.ts'
import type { ReadGolden } from './golden-yaml.ts'
import { problemsOf } from './problems.ts'
import type { Problems } from './problems.ts'
import { checkShape } from './shape-problems.ts'

const maxDepth = 100

/** A JSONL golden set: one case a line, blank lines skipped, an optional head on the first. */
export function readGoldenLines(path: string, text: string): ReadGolden {
  const problems = problemsOf(path, text)
  const sources: CaseSource[] = []
  let defaults: SetDefaults = {}
  for (let line = 1; line <= problems.lines.count; line += 1) {
    const span = problems.lines.lineSpan(line)
    const source = text.slice(span.start, span.end)
    if (source.trim() === '') continue
    const value = readLine(source, line, span.start, problems)
    if (value === undefined) continue
    const at = { value, span, idSpan: span, line, spans: { '': span }, text }
    if (line === 1 && isJsonObject(value) && Object.hasOwn(value, 'assay_golden')) {
      checkShape(headLineShape, { text, value, spans: at.spans, problems, where: 'The first line' })
      defaults = isJsonObject(value.defaults) ? value.defaults : {}
    } else {
      sources.push(at)
    }
  }
  return { sources, defaults, problems }
}

/** undefined: reported at its line. */
function readLine(source: string, line: number, start: number, problems: Problems): Json | undefined {
  const fail = (code: string, message: string): undefined => {
    problems.schema({ start, end: start + source.length }, code, message)
    return undefined
  }
  if (isTooDeep(source)) return fail('depth', `Line ${line} is nested more than ${maxDepth} deep.`)
  let syntax: string | null = null
  try {
    JSON.parse(source)
  } catch (error) {
    syntax = syntaxError(error as Error, source)
  }
  if (syntax !== null) return fail('json', `Line ${line} is not JSON: ${syntax}.`)
  const read = readStrictJson(source)
  if (!read.ok) return fail('key', `Line ${line}: ${read.problem}.`)
  const problem = notKept(read.value)
  return problem === null ? read.value : fail('value', `Line ${line}: ${problem}.`)
}

/** Engines word their errors differently; what is shown is the character that was not expected. */
function syntaxError(error: Error, source: string): string {
  const position = /position (\d+)/.exec(error.message)?.[1]
  const character =
    position === undefined
      ? /[Uu]nexpected token ['"]?(.)/u.exec(error.message)?.[1]
      : characterAt(source, Number(position))
  if (character !== undefined && character.trim() !== '') return `unexpected "${character}"`
  return character === undefined ? 'unexpected end' : 'unexpected white space'
}

const characterAt = (source: string, at: number): string | undefined => {
  const point = source.codePointAt(at)
  return point === undefined ? undefined : String.fromCodePoint(point)
}

// A scan, because JSON.parse itself would not mind but everything after it recurses.
function isTooDeep(source: string): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < source.length; at += 1) {
    const character = source[at]
    if (inString) {
      if (character === '\\') at += 1
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '[' || character === '{') depth += 1
    else if (character === ']' || character === '}') depth -= 1
    if (depth > maxDepth) return true
  }
  return false
}

/** What JSON.parse reads but no hash can hold: rounded integers and halves of surrogate pairs. */
function notKept(value: Json): string | null {
  if (typeof value === 'string') return value.isWellFormed() ? null : 'a text holds half of a surrogate pair'
  if (typeof value === 'number') {
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
      ? null
      : `the number ${value} cannot be kept exactly: write it as text`
  }
  if (Array.isArray(value)) return firstProblem(value)
  if (!isJsonObject(value)) return null
  if (Object.keys(value).some((key) => !key.isWellFormed())) return 'a key holds half of a surrogate pair'
  const bad = Object.keys(value).find((key) => key === 'constructor' || key === 'prototype')
  return bad === undefined ? firstProblem(Object.values(value)) : `key "${bad}" is not allowed`
}

function firstProblem(values: Json[]): string | null {
  for (const value of values) {
    const problem = notKept(value)
    if (problem !== null) return problem
  }
  return null
}
