import { adapterName } from '../../registry/presets.ts'
import { isJsonObject, type Json, type JsonObject } from '../../text/json.ts'
import type { Finish, ModelRequest } from '../../tape/exchange.ts'
import { parseArguments } from './openai-chat.ts'
import { lazyClient, toFault, type Endpoint } from './openai-client.ts'
import { ProviderFault, type Provider, type Reply } from './provider.ts'

/** OpenAI's Responses API. It knows no `stop`, `seed` or penalties (registry: model/parameter). */
export function openaiResponses(endpoint: Endpoint): Provider {
  const client = lazyClient(endpoint)
  return {
    id: endpoint.settings.id,
    adapter: adapterName(endpoint.settings),
    async complete(request, { signal }) {
      try {
        const api = await client()
        const reply: unknown = await api.post('/responses', { body: responsesBody(request), signal })
        return readResponse(reply)
      } catch (error) {
        throw toFault(error, endpoint, signal)
      }
    },
  }
}

/** The body of a request; nothing is kept on the provider's side (`store: false`). */
export function responsesBody(request: ModelRequest): JsonObject {
  const { reasoning_effort, ...params } = request.params
  const body: JsonObject = { model: request.model, input: request.messages, store: false, ...params }
  if (reasoning_effort !== undefined) body['reasoning'] = { effort: reasoning_effort }
  const format = request.responseFormat
  if (isJsonObject(format)) {
    const schema = format['json_schema']
    body['text'] = { format: isJsonObject(schema) ? { type: 'json_schema', ...schema } : format }
  }
  if (Array.isArray(request.tools)) {
    body['tools'] = request.tools.map((tool) =>
      isJsonObject(tool) && isJsonObject(tool['function']) ? { type: 'function', ...tool['function'] } : tool,
    )
  }
  return body
}

/**
 * Reads a response object.
 * @throws ProviderFault `malformed` when it holds no output list.
 */
export function readResponse(reply: unknown): Reply {
  if (!isJsonObject(reply) || !Array.isArray(reply['output'])) {
    throw new ProviderFault('malformed', 'The server answered 200 without a response object in the body.')
  }
  const output = reply['output'].filter(isJsonObject)
  const parts = output.flatMap((item) => (Array.isArray(item['content']) ? item['content'].filter(isJsonObject) : []))
  const textOf = (type: string, member: string): string[] =>
    parts.filter((part) => part['type'] === type).map((part) => String(part[member] ?? ''))
  const refusals = textOf('refusal', 'refusal')
  const toolCalls = output
    .filter((item) => item['type'] === 'function_call')
    .map((item) => ({ name: String(item['name']), arguments: parseArguments(String(item['arguments'] ?? '')) }))
  return {
    text: (refusals.length > 0 ? refusals : textOf('output_text', 'text')).join(''),
    toolCalls,
    responseModel: typeof reply['model'] === 'string' ? reply['model'] : null,
    fingerprint: null,
    finish: finishOf(reply, refusals.length > 0, toolCalls.length > 0),
    usage: readUsage(reply['usage']),
  }
}

function finishOf(reply: JsonObject, refused: boolean, called: boolean): Finish {
  if (refused) return 'refusal'
  const details = reply['incomplete_details']
  const reason = isJsonObject(details) ? details['reason'] : null
  if (reason === 'max_output_tokens') return 'length'
  if (reason === 'content_filter') return 'filter'
  if (called) return 'tool'
  return reply['status'] === 'completed' ? 'stop' : 'unknown'
}

const count = (value: Json | undefined): number => (typeof value === 'number' && value >= 0 ? Math.round(value) : 0)

function readUsage(usage: Json | undefined): Reply['usage'] {
  if (!isJsonObject(usage)) return null
  const input = usage['input_tokens_details']
  const output = usage['output_tokens_details']
  return {
    inputTokens: count(usage['input_tokens']),
    outputTokens: count(usage['output_tokens']),
    cachedInputTokens: isJsonObject(input) ? count(input['cached_tokens']) : 0,
    reasoningTokens: isJsonObject(output) ? count(output['reasoning_tokens']) : 0,
  }
}
