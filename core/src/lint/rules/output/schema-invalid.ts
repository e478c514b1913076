import { compileSchema } from '../../../registry/json-schema.ts'
import type { Json, JsonObject } from '../../../text/json.ts'
import { defineRule } from '../../rule.ts'
import { schemaParts } from '../../schema-parts.ts'

/** Each part is compiled with the definitions of the whole, so their number is bounded. */
const mostChecked = 200

export const outputSchemaInvalid = defineRule({
  meta: {
    id: 'output/schema-invalid',
    severity: 'error',
    summary: 'output_schema is a JSON Schema, and its own examples and defaults keep it.',
    fixable: false,
    on: 'prompt',
  },
  check({ prompt, report }) {
    const schema = prompt.outputSchema
    if (schema === undefined) return
    const compiled = compileSchema(schema)
    if (!compiled.ok) {
      const pointer = /^(\/\S*)/.exec(compiled.problem)?.[1] ?? ''
      report(prompt.spans[`/output_schema${pointer}`] ?? prompt.spans['/output_schema']!, {
        message: `output_schema is not valid JSON Schema: ${compiled.problem}`,
      })
      return
    }
    let checked = 0
    for (const part of schemaParts(schema)) {
      const samples = samplesOf(part.schema)
      if (samples.length === 0 || (checked += 1) > mostChecked) continue
      const own = part.pointer === '' ? compiled : compileSchema(alone(part.schema, schema as JsonObject))
      // A part that cannot stand without what is around it is checked with the whole only.
      if (!own.ok) continue
      for (const { pointer, value } of samples) {
        const [error] = own.check(value).errors
        if (!error) continue
        const at = `${part.pointer}${pointer}`
        report(prompt.spans[`/output_schema${at}`] ?? prompt.spans['/output_schema']!, {
          message: `${at.slice(1)} of output_schema does not keep it: ${error.path === '' ? 'it' : error.path} ${error.message}.`,
        })
      }
    }
  },
})

/** A part as a schema of its own: the definitions that it may refer to come with it. */
function alone(part: JsonObject, root: JsonObject): JsonObject {
  const kept = ['$schema', '$defs', 'definitions'].filter((key) => root[key] !== undefined && part[key] === undefined)
  return { ...part, ...Object.fromEntries(kept.map((key) => [key, root[key]!])) }
}

function samplesOf(schema: JsonObject): { pointer: string; value: Json }[] {
  const examples = Array.isArray(schema.examples) ? schema.examples : []
  return [
    ...examples.map((value, index) => ({ pointer: `/examples/${index}`, value })),
    ...(schema.default === undefined ? [] : [{ pointer: '/default', value: schema.default }]),
  ]
}
