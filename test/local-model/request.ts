import { unsupportedKeyword } from './schema-support.ts'

export type ChatMessage = { role: 'system' | 'user' | 'assistant'; content: string }

export type AnswerFormat = { type: 'text' } | { type: 'json_object' } | { type: 'json_schema'; schema: object }

/** One question to the model, checked and with every default filled in. */
export type ChatRequest = {
  model: string
  messages: ChatMessage[]
  temperature: number
  topP: number
  maxTokens: number
  seed: number
  stop: string[]
  format: AnswerFormat
}

/** A request the caller has to change; `param` names the key. */
export class BadRequest extends Error {
  readonly param: string
  constructor(param: string, message: string) {
    super(message)
    this.param = param
  }
}

const DEFAULT_SEED = 0
const DEFAULT_MAX_TOKENS = 256
const MAX_SEED = 2 ** 32 - 1
const READ = new Set([
  'model',
  'messages',
  'temperature',
  'top_p',
  'max_tokens',
  'max_completion_tokens',
  'seed',
  'stop',
  'response_format',
])
const WITHOUT_EFFECT = new Set(['user', 'metadata', 'store'])
const ONLY_AS: Record<string, unknown> = {
  stream: false,
  n: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  logprobs: false,
}

/** Reads the body of a chat completion. Anything this server would not honour is refused, so that no setting is dropped in silence. */
export function parseChatRequest(body: unknown): ChatRequest {
  if (!isRecord(body)) throw new BadRequest('body', 'The body must be a JSON object.')
  for (const [key, value] of Object.entries(body)) {
    if (READ.has(key) || WITHOUT_EFFECT.has(key)) continue
    if (Object.hasOwn(ONLY_AS, key) && (value === ONLY_AS[key] || value === null)) continue
    throw new BadRequest(key, `"${key}": ${JSON.stringify(value)?.slice(0, 60)} is not supported here.`)
  }
  if (typeof body['model'] !== 'string') throw new BadRequest('model', '"model" must be a string.')
  if (body['max_tokens'] != null && body['max_completion_tokens'] != null) {
    throw new BadRequest('max_tokens', 'Give "max_tokens" or "max_completion_tokens", not both.')
  }
  const maxTokensKey = body['max_tokens'] == null ? 'max_completion_tokens' : 'max_tokens'
  return {
    model: body['model'],
    messages: readMessages(body['messages']),
    temperature: readNumber(body, 'temperature', { min: 0, max: 2, fallback: 1 }),
    topP: readNumber(body, 'top_p', { min: 0, max: 1, fallback: 1 }),
    maxTokens: readNumber(body, maxTokensKey, { min: 1, max: 100_000, fallback: DEFAULT_MAX_TOKENS, integer: true }),
    seed: readNumber(body, 'seed', { min: 0, max: MAX_SEED, fallback: DEFAULT_SEED, integer: true }),
    stop: readStop(body['stop']),
    format: readFormat(body['response_format']),
  }
}

function readMessages(value: unknown): ChatMessage[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new BadRequest('messages', '"messages" must be a list with at least one message.')
  return value.map((message: unknown, index) => {
    const at = `messages[${index}]`
    if (!isRecord(message)) throw new BadRequest(at, `${at} must be an object.`)
    const { role, content } = message
    if (role !== 'system' && role !== 'user' && role !== 'assistant') {
      throw new BadRequest(`${at}.role`, `${at}.role must be "system", "user" or "assistant".`)
    }
    if (typeof content !== 'string') throw new BadRequest(`${at}.content`, `${at}.content must be a string.`)
    return { role, content }
  })
}

function readNumber(
  body: Record<string, unknown>,
  key: string,
  range: { min: number; max: number; fallback: number; integer?: boolean },
): number {
  const value = body[key]
  if (value == null) return range.fallback
  if (
    typeof value !== 'number' ||
    value < range.min ||
    value > range.max ||
    (range.integer && !Number.isInteger(value))
  ) {
    throw new BadRequest(
      key,
      `"${key}" must be ${range.integer ? 'a whole number' : 'a number'} from ${range.min} to ${range.max}.`,
    )
  }
  return value
}

function readStop(value: unknown): string[] {
  if (value == null) return []
  const stop: unknown[] = Array.isArray(value) ? value : [value]
  if (stop.length > 4 || !stop.every((text): text is string => typeof text === 'string' && text !== '')) {
    throw new BadRequest('stop', '"stop" must be a string or a list of up to four, none of them empty.')
  }
  return stop
}

function readFormat(value: unknown): AnswerFormat {
  if (value == null) return { type: 'text' }
  const type = isRecord(value) ? value['type'] : undefined
  if (type === 'text' || type === 'json_object') return { type }
  if (!isRecord(value) || type !== 'json_schema') {
    throw new BadRequest('response_format', '"response_format.type" must be "text", "json_object" or "json_schema".')
  }
  const wrapper = value['json_schema']
  const schema = isRecord(wrapper) ? wrapper['schema'] : undefined
  if (!isRecord(schema))
    throw new BadRequest('response_format', '"response_format.json_schema.schema" must be an object.')
  const unsupported = unsupportedKeyword(schema)
  if (unsupported)
    throw new BadRequest('response_format', `The schema uses ${unsupported}, which the grammar cannot enforce.`)
  return { type, schema }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
