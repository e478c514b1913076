import { readStrictJson } from '../text/strict-json.ts'
import type { Json } from '../text/json.ts'
import { compileSchema } from '../registry/json-schema.ts'
import type { GateResult } from './verdict.ts'

/** An answer that gate 1 looks at. */
export type CheckedAnswer = { case: string; text: string }

/**
 * Gate 1: every recorded answer to head's own requests is valid against `output_schema`. Without a schema or without
 * answers the result is `none`, never a pass: nothing was checked.
 */
export function schemaGate(answers: readonly CheckedAnswer[], outputSchema: Json | undefined): GateResult {
  const none = (reason: string): GateResult => ({ gate: 'schema', result: 'none', passed: 0, of: 0, reason })
  if (outputSchema === undefined) return none('not checked: no output_schema')
  if (answers.length === 0) return none('no recorded answer for this text')
  const compiled = compileSchema(outputSchema)
  if (!compiled.ok) return none(compiled.problem)
  const failures = answers.flatMap(({ case: id, text }) => {
    const json = readStrictJson(text)
    if (!json.ok) return [`${id}: ${json.problem}`]
    const { valid, errors } = compiled.check(json.value)
    return valid ? [] : [`${id}: ${errors[0]?.path || 'the answer'} ${errors[0]?.message ?? 'is not valid'}`]
  })
  return {
    gate: 'schema',
    result: failures.length === 0 ? 'pass' : 'fail',
    passed: answers.length - failures.length,
    of: answers.length,
    ...(failures[0] ? { reason: failures[0] } : {}),
  }
}
