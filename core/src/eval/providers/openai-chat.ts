import { adapterName } from '../../registry/presets.ts'
import { canonicalJson } from '../../text/canonical-json.ts'
import { isJsonObject, type Json, type JsonObject } from '../../text/json.ts'
import type { Finish, ModelRequest } from '../../tape/exchange.ts'
import { lazyClient, toFault, type Endpoint } from './openai-client.ts'
import { ProviderFault, type Provider, type Reply } from './provider.ts'

/** The chat completions API, of OpenAI or of any server that speaks it. */
export function openaiChat(endpoint: Endpoint): Provider {
  const client = lazyClient(endpoint)
  return {
    id: endpoint.settings.id,
    adapter: adapterName(endpoint.settings),
    async complete(request, { signal }) {
      try {
        const api = await client()
        const reply: unknown = await api.post('/chat/completions', { body: chatBody(request), signal })
        return readChat(reply)
      } catch (error) {
        throw toFault(error, endpoint, signal)
      }
    },
  }
}

/**
 * The body of a request. With a `seed`, sample i is asked with seed + i: a server that honours seeds would otherwise
 * give the same answer to every repeat, and repeats would prove nothing.
 */
export function chatBody(request: ModelRequest): JsonObject {
  const { max_output_tokens, seed, reasoning_effort, ...params } = request.params
  const body: JsonObject = { model: request.model, messages: request.messages, ...params }
  // Reasoning models refuse `max_tokens`; other servers know no `max_completion_tokens`.
  if (max_output_tokens !== undefined) {
    body[reasoning_effort === undefined ? 'max_tokens' : 'max_completion_tokens'] = max_output_tokens
  }
  if (reasoning_effort !== undefined) body['reasoning_effort'] = reasoning_effort
  if (typeof seed === 'number') body['seed'] = seed + request.i
  if (request.tools !== undefined) body['tools'] = request.tools
  if (request.responseFormat !== undefined) body['response_format'] = request.responseFormat
  return body
}

const finishes: Record<string, Finish> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool',
  function_call: 'tool',
  content_filter: 'filter',
}

/**
 * Reads a chat completion.
 * @throws ProviderFault `malformed` when there is no choice in it: a broken server is no wrong answer.
 */
export function readChat(reply: unknown): Reply {
  const choice = isJsonObject(reply) && Array.isArray(reply['choices']) ? reply['choices'][0] : undefined
  const message = isJsonObject(choice) ? choice['message'] : undefined
  if (!isJsonObject(reply) || !isJsonObject(choice) || !isJsonObject(message)) {
    throw new ProviderFault('malformed', 'The server answered 200 without a chat completion in the body.')
  }
  const refusal = typeof message['refusal'] === 'string' ? message['refusal'] : null
  return {
    text: refusal ?? (typeof message['content'] === 'string' ? message['content'] : ''),
    toolCalls: readToolCalls(message['tool_calls']),
    responseModel: typeof reply['model'] === 'string' ? reply['model'] : null,
    fingerprint: typeof reply['system_fingerprint'] === 'string' ? reply['system_fingerprint'] : null,
    finish: refusal === null ? (finishes[String(choice['finish_reason'])] ?? 'unknown') : 'refusal',
    usage: readChatUsage(reply['usage']),
  }
}

function readToolCalls(calls: Json | undefined): Reply['toolCalls'] {
  if (!Array.isArray(calls)) return []
  return calls.flatMap((call) => {
    const fn = isJsonObject(call) ? call['function'] : undefined
    if (!isJsonObject(fn)) return []
    return [{ name: String(fn['name']), arguments: parseArguments(String(fn['arguments'] ?? '')) }]
  })
}

/** Tool arguments as data; text that is not JSON, or that JSON cannot carry exactly, stays text, which a scorer then fails. */
export function parseArguments(text: string): Json {
  try {
    const value = JSON.parse(text) as Json
    canonicalJson(value)
    return value
  } catch {
    return text
  }
}

const count = (value: Json | undefined): number => (typeof value === 'number' && value >= 0 ? Math.round(value) : 0)

function readChatUsage(usage: Json | undefined): Reply['usage'] {
  if (!isJsonObject(usage)) return null
  const details = (name: string, member: string): number => {
    const part = usage[name]
    return isJsonObject(part) ? count(part[member]) : 0
  }
  return {
    inputTokens: count(usage['prompt_tokens']),
    outputTokens: count(usage['completion_tokens']),
    cachedInputTokens: details('prompt_tokens_details', 'cached_tokens'),
    reasoningTokens: details('completion_tokens_details', 'reasoning_tokens'),
  }
}
