import { isJsonObject } from '../../../text/json.ts'
import { defineRule } from '../../rule.ts'

export const outputNoSchema = defineRule({
  meta: {
    id: 'output/no-schema',
    severity: 'info',
    summary: 'A prompt that asks for JSON has an output_schema for gate 1.',
    fixable: false,
    on: 'prompt',
  },
  check(context) {
    const { prompt, report } = context
    if (prompt.outputSchema !== undefined) return
    const message = 'The text asks for JSON but there is no output_schema, so gate 1 checks nothing.'
    for (const template of context.templates()) {
      const word = /\bjson\b/i.exec(template.template)
      if (!word) continue
      report(template.place({ start: word.index, end: word.index + word[0].length }) ?? template.whole, { message })
      return
    }
    const { response_format: format } = prompt.parameters
    const type = isJsonObject(format) ? format.type : format
    if (type !== 'json_object') return
    report(prompt.spans['/parameters/response_format'] ?? prompt.spans['/parameters']!, {
      message: 'response_format asks for JSON but there is no output_schema, so gate 1 checks nothing.',
    })
  },
})
