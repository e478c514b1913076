import { isJsonObject } from '../text/json.ts'
import type { Json } from '../text/json.ts'
import { readStrictJson } from '../text/strict-json.ts'

const maxDepth = 100

export type CaseJson = { ok: true; value: Json } | { ok: false; code: string; problem: string }

/** One JSON text of a golden set: a line of JSONL, a cell of CSV. `where` begins the problem: `Line 14`. */
export function readCaseJson(source: string, where: string): CaseJson {
  const fail = (code: string, problem: string): CaseJson => ({ ok: false, code, problem: `${where}${problem}` })
  if (isTooDeep(source)) return fail('depth', ` is nested more than ${maxDepth} deep.`)
  try {
    JSON.parse(source)
  } catch (error) {
    return fail('json', ` is not JSON: ${syntaxError(error as Error, source)}.`)
  }
  const read = readStrictJson(source)
  if (!read.ok) return fail('key', `: ${read.problem}.`)
  const problem = notKept(read.value)
  return problem === null ? { ok: true, value: read.value } : fail('value', `: ${problem}.`)
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
