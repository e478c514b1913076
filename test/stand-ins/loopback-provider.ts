import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { listen, parseBody, readBody, sendFault, type WireFault } from './http.ts'
import { chatCompletion, response as responseOf, type ProviderReply } from './provider/shapes.ts'

export type { ProviderReply } from './provider/shapes.ts'

export interface ProviderRequest {
  /** Counts from 1 over all requests, so that an answer may change after some. */
  n: number
  api: 'chat' | 'responses'
  model: string
  /** Of either API, in the order they were sent; instructions come as a `system` message. */
  messages: { role: string; text: string }[]
  /** The text of the last message. */
  prompt: string
  headers: IncomingHttpHeaders
  body: any
}

export type ProviderFault =
  | Exclude<WireFault, { kind: 'status' | 'html' }>
  /** A page with status 200, as a captive portal or a wrong base URL gives. */
  | { kind: 'html'; status?: number }
  | { kind: 'rate-limit'; retryAfter?: number }
  | { kind: 'error'; status: number; code?: string; message?: string; headers?: Record<string, string> }

/** A text is short for an answer of that text. */
export type Answering = (
  request: ProviderRequest,
) => string | ProviderReply | ProviderFault | Promise<string | ProviderReply | ProviderFault>

export interface LoopbackProvider extends AsyncDisposable {
  /** With `/v1`, as OPENAI_BASE_URL wants it. */
  url: string
  requests: ProviderRequest[]
  /** Most requests that were open at once. */
  maxOpen(): number
  /** Answers in another way from now on. */
  answer(answering: Answering): void
  close(): Promise<void>
}

/** A model behind an OpenAI-compatible server on loopback: chat completions and responses, answered by a function. */
export async function startLoopbackProvider(answering: Answering): Promise<LoopbackProvider> {
  const requests: ProviderRequest[] = []
  let current = answering
  let open = 0
  let most = 0

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    most = Math.max(most, ++open)
    outgoing.once('close', () => open--)
    const api = { '/v1/chat/completions': 'chat', '/v1/responses': 'responses' }[incoming.url ?? ''] as
      | ProviderRequest['api']
      | undefined
    const body = parseBody(await readBody(incoming)) as any
    if (!api || incoming.method !== 'POST')
      return refuse(outgoing, 404, `Unknown request URL: ${incoming.method} ${incoming.url}`)
    if (body?.stream) return refuse(outgoing, 400, 'The stand-in does not stream')
    const messages = messagesOf(body)
    const n = requests.length + 1
    const { model = '' } = body ?? {}
    const request = { n, api, model, messages, prompt: messages.at(-1)?.text ?? '', headers: incoming.headers, body }
    requests.push(request)

    const given = await current(request)
    const reply = typeof given === 'string' ? { text: given } : given
    if ('kind' in reply) return fail(outgoing, reply)
    const chars = messages.reduce((sum, { text }) => sum + text.length, 0)
    const shape = api === 'chat' ? chatCompletion : responseOf
    outgoing.writeHead(200, { 'content-type': 'application/json', 'x-request-id': `req_${n}` })
    outgoing.end(JSON.stringify(shape(reply, { n, model, chars })))
  }

  const server = await listen((incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => refuse(outgoing, 500, `stand-in: ${error}`))
  })
  return {
    url: `${server.url}/v1`,
    requests,
    maxOpen: () => most,
    answer: (next) => void (current = next),
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  }
}

function fail(outgoing: ServerResponse, fault: ProviderFault): void {
  if (fault.kind === 'rate-limit') {
    const headers = { 'retry-after': String(fault.retryAfter ?? 1) }
    refuse(outgoing, 429, 'Rate limit reached', 'rate_limit_exceeded', headers)
  } else if (fault.kind === 'error') {
    const { status, message = `Status ${status}`, code, headers } = fault
    refuse(outgoing, status, message, code, headers)
  } else if (fault.kind === 'html') sendFault(outgoing, { kind: 'html', status: fault.status ?? 200 })
  else sendFault(outgoing, fault)
}

function refuse(
  outgoing: ServerResponse,
  status: number,
  message: string,
  code?: string,
  headers?: Record<string, string>,
): void {
  const type = status === 429 ? 'requests' : status >= 500 ? 'server_error' : 'invalid_request_error'
  sendFault(outgoing, {
    kind: 'status',
    status,
    headers,
    body: { error: { message, type, param: null, code: code ?? null } },
  })
}

function messagesOf(body: any): ProviderRequest['messages'] {
  const system = typeof body?.instructions === 'string' ? [{ role: 'system', text: body.instructions }] : []
  const sent = body?.messages ?? body?.input ?? []
  if (typeof sent === 'string') return [...system, { role: 'user', text: sent }]
  return [
    ...system,
    ...sent.map((message: any) => ({ role: String(message.role ?? message.type), text: textOf(message.content) })),
  ]
}

/** Content is a text or a list of parts. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  return Array.isArray(content) ? content.map((part) => part.text ?? '').join('') : ''
}
