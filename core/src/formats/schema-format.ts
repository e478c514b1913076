import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'

/** The `response_format` of a chat completion, taken apart: what goes to `parameters`, to `output_schema`, and what is left. */
export function readResponseFormat(format: Json | undefined): {
  responseFormat?: string
  schema?: JsonObject
  wrapper?: JsonObject
} {
  const type = isJsonObject(format) ? format['type'] : format
  if (type === 'json_object' || type === 'text') return { responseFormat: type }
  if (type !== 'json_schema') return {}
  const wrapper = isJsonObject(format) && isJsonObject(format['json_schema']) ? format['json_schema'] : undefined
  if (!wrapper) return { responseFormat: 'json_schema' }
  const { schema, ...rest } = wrapper
  return {
    responseFormat: 'json_schema',
    ...(isJsonObject(schema) ? { schema } : {}),
    ...(Object.keys(rest).length > 0 ? { wrapper: rest } : {}),
  }
}

/** The way back; `wrapper` holds name and strict as they were. */
export function writeResponseFormat(
  format: Json | undefined,
  schema: Json | undefined,
  wrapper: JsonObject,
  name: string,
): JsonObject | undefined {
  if (format === 'json_object' || format === 'text') return { type: format }
  if (format !== 'json_schema') return undefined
  const own = Object.keys(wrapper).length > 0 ? wrapper : { name: name.replace(/[^A-Za-z0-9_-]/g, '_'), strict: true }
  return { type: 'json_schema', json_schema: { ...own, schema: schema ?? {} } }
}

/** Tools of chat completions (`{type: function, function: {…}}`) as ours, with those that are no functions apart. */
export function readTools(tools: Json[]): { tools: JsonObject[]; others: Json[] } {
  const read: JsonObject[] = []
  const others: Json[] = []
  for (const tool of tools) {
    const fn = isJsonObject(tool) && isJsonObject(tool['function']) ? tool['function'] : tool
    if (isJsonObject(fn) && typeof fn['name'] === 'string' && isJsonObject(fn['parameters'])) {
      const { name, description, parameters, strict } = fn
      read.push({
        name,
        ...(typeof description === 'string' ? { description } : {}),
        parameters,
        ...(typeof strict === 'boolean' ? { strict } : {}),
      })
    } else others.push(tool)
  }
  return { tools: read, others }
}

export const writeTools = (tools: readonly Json[]): Json[] =>
  tools.map((tool) => ({ type: 'function', function: tool }))

/** Parameters of a chat completion that may stand in `parameters`: others would be sent, and refused by the provider. */
export const apiParameters = new Set([
  'temperature',
  'top_p',
  'top_k',
  'max_tokens',
  'max_completion_tokens',
  'seed',
  'stop',
  'presence_penalty',
  'frequency_penalty',
  'reasoning_effort',
  'verbosity',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'n',
  'parallel_tool_calls',
  'service_tier',
  'min_p',
  'repetition_penalty',
])
