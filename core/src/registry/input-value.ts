import { canonicalJson } from '../text/canonical-json.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json } from '../text/json.ts'
import type { InputSpec } from './prompt-file.ts'

/** What is wrong with a value for an input: type, enum and, where tokens can be counted, max_tokens. */
export function checkInput(name: string, spec: InputSpec, value: Json, tokens?: (text: string) => number): string[] {
  if (spec.type !== undefined && !hasType(value, spec.type)) {
    return [`{${name}} must be ${spec.type}, not ${typeName(value)}.`]
  }
  const problems: string[] = []
  if (spec.enum && !spec.enum.some((allowed) => canonicalJson(allowed) === canonicalJson(value))) {
    problems.push(`{${name}} must be one of ${spec.enum.map((allowed) => JSON.stringify(allowed)).join(', ')}.`)
  }
  if (spec.max_tokens !== undefined && tokens) {
    const count = tokens(typeof value === 'string' ? value : JSON.stringify(value, null, 2))
    if (count > spec.max_tokens)
      problems.push(`{${name}} has about ${count} tokens; its max_tokens is ${spec.max_tokens}.`)
  }
  return problems
}

function hasType(value: Json, type: string): boolean {
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isJsonObject(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type
}

const typeName = (value: Json): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)
