import { compileSchema } from '../../../registry/json-schema.ts'
import { isJsonObject } from '../../../text/json.ts'
import type { Json } from '../../../text/json.ts'
import { defineRule } from '../../rule.ts'

export const outputSchemaInvalid = defineRule({
  meta: {
    id: 'output/schema-invalid',
    severity: 'error',
    summary: 'output_schema is a JSON Schema, and its own examples keep it.',
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
    for (const { pointer, value } of samples(schema)) {
      const [error] = compiled.check(value).errors
      if (!error) continue
      report(prompt.spans[`/output_schema${pointer}`] ?? prompt.spans['/output_schema']!, {
        message: `${pointer.slice(1)} of output_schema does not keep it: ${error.path === '' ? 'it' : error.path} ${error.message}.`,
      })
    }
  },
})

function samples(schema: Json): { pointer: string; value: Json }[] {
  if (!isJsonObject(schema)) return []
  const examples = Array.isArray(schema.examples) ? schema.examples : []
  return [
    ...examples.map((value, index) => ({ pointer: `/examples/${index}`, value })),
    ...(schema.default === undefined ? [] : [{ pointer: '/default', value: schema.default }]),
  ]
}
