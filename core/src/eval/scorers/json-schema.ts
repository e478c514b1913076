import { compileSchema } from '../../registry/json-schema.ts'
import { readStrictJson } from '../../text/strict-json.ts'
import { passOrFail, type Scorer } from './scorer.ts'

/** The answer is one JSON value that the schema accepts: option `schema`, else the prompt's `output_schema`. */
export const jsonSchema: Scorer = {
  id: 'json-schema',
  mayGate: true,
  options: ['schema'],
  problem(options) {
    if (options['schema'] === undefined) return null
    const compiled = compileSchema(options['schema'])
    return compiled.ok ? null : compiled.problem
  },
  score(_, answer, { options, outputSchema }) {
    const schema = options['schema'] ?? outputSchema
    if (schema === undefined) return { value: null, pass: null, reason: 'not checked: no output_schema' }
    const json = readStrictJson(answer.text)
    if (!json.ok) return passOrFail(false, json.problem)
    const compiled = compileSchema(schema)
    if (!compiled.ok) return { value: null, pass: null, reason: compiled.problem }
    const { valid, errors } = compiled.check(json.value)
    const first = errors[0]
    return passOrFail(valid, valid || !first ? 'valid' : `${first.path || 'the answer'}: ${first.message}`)
  },
}
