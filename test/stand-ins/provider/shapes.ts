/** An answer of the stand-in, before it takes the shape of one API or the other. */
export interface ProviderReply {
  text?: string
  toolCalls?: { name: string; arguments: string }[]
  finish?: 'stop' | 'length' | 'content_filter'
  /** The model declines; then there is no text. */
  refusal?: string
  /** Tokens; counted from the text unless given, left out where `null`. */
  usage?: { input: number; output: number; cached?: number; reasoning?: number } | null
  /** What the reply says served it; the model asked for unless given. */
  model?: string
  fingerprint?: string | null
}

interface Asked {
  n: number
  model: string
  chars: number
}

type Counted = Required<NonNullable<ProviderReply['usage']>>

/** About four characters a token, so that equal requests cost the same. */
function count(reply: ProviderReply, { chars }: Asked): Counted | null {
  if (reply.usage === null) return null
  const said = (reply.text ?? reply.refusal ?? '').length
  return {
    input: Math.ceil(chars / 4),
    output: Math.max(1, Math.ceil(said / 4)),
    cached: 0,
    reasoning: 0,
    ...reply.usage,
  }
}

export function chatCompletion(reply: ProviderReply, asked: Asked): unknown {
  const usage = count(reply, asked)
  const calls = (reply.toolCalls ?? []).map((call, at) => ({
    id: `call_${asked.n}_${at}`,
    type: 'function',
    function: call,
  }))
  const finish = reply.finish ?? (calls.length > 0 ? 'tool_calls' : 'stop')
  const message = {
    role: 'assistant',
    content: reply.refusal !== undefined || (calls.length > 0 && reply.text === undefined) ? null : (reply.text ?? ''),
    refusal: reply.refusal ?? null,
    annotations: [],
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  }
  return {
    id: `chatcmpl-${asked.n}`,
    object: 'chat.completion',
    created: 1_767_225_600 + asked.n,
    model: reply.model ?? asked.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finish }],
    ...(usage && {
      usage: {
        prompt_tokens: usage.input,
        completion_tokens: usage.output,
        total_tokens: usage.input + usage.output,
        prompt_tokens_details: { cached_tokens: usage.cached, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: usage.reasoning, audio_tokens: 0 },
      },
    }),
    service_tier: 'default',
    system_fingerprint: reply.fingerprint ?? null,
  }
}

export function response(reply: ProviderReply, asked: Asked): unknown {
  const usage = count(reply, asked)
  const cut = { length: 'max_output_tokens', content_filter: 'content_filter', stop: null }[reply.finish ?? 'stop']
  const status = cut ? 'incomplete' : 'completed'
  const content =
    reply.refusal === undefined
      ? { type: 'output_text', text: reply.text ?? '', annotations: [], logprobs: [] }
      : { type: 'refusal', refusal: reply.refusal }
  const calls = (reply.toolCalls ?? []).map((call, at) => {
    const id = `${asked.n}_${at}`
    return { type: 'function_call', id: `fc_${id}`, call_id: `call_${id}`, status: 'completed', ...call }
  })
  const message = { type: 'message', id: `msg_${asked.n}`, status, role: 'assistant', content: [content] }
  return {
    id: `resp_${asked.n}`,
    object: 'response',
    created_at: 1_767_225_600 + asked.n,
    status,
    error: null,
    incomplete_details: cut ? { reason: cut } : null,
    model: reply.model ?? asked.model,
    output: calls.length > 0 && reply.text === undefined ? calls : [message, ...calls],
    parallel_tool_calls: true,
    previous_response_id: null,
    ...(usage && {
      usage: {
        input_tokens: usage.input,
        input_tokens_details: { cached_tokens: usage.cached },
        output_tokens: usage.output,
        output_tokens_details: { reasoning_tokens: usage.reasoning },
        total_tokens: usage.input + usage.output,
      },
    }),
  }
}
