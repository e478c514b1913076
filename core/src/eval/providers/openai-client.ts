import type { OpenAI } from 'openai'
import type { ProviderSettings } from '../../registry/presets.ts'
import { scrub } from '../../text/secrets.ts'
import { ProviderFault, type FaultKind } from './provider.ts'

/** How to reach an endpoint: settings of assay.yaml, and the key that a shell read for it. */
export type Endpoint = { settings: ProviderSettings; apiKey: string | null; fetch?: typeof fetch }

/**
 * The client of one endpoint, made on the first call so that a run without live calls never loads the package.
 * `maxRetries: 0`: one loop owns retries (eval/ask.ts).
 */
export function lazyClient({ settings, apiKey, fetch }: Endpoint): () => Promise<OpenAI> {
  let client: Promise<OpenAI> | undefined
  const make = async (): Promise<OpenAI> => {
    const { OpenAI } = await import('openai')
    return new OpenAI({
      apiKey: apiKey ?? 'none',
      baseURL: settings.base_url,
      maxRetries: 0,
      timeout: settings.timeout_ms,
      // Silent: the client logs request bodies at debug level when OPENAI_LOG is set.
      logLevel: 'off',
      ...(settings.auth === 'key' ? { defaultHeaders: { 'api-key': apiKey ?? '', Authorization: null } } : {}),
      ...(settings.api_version ? { defaultQuery: { 'api-version': settings.api_version } } : {}),
      ...(fetch ? { fetch } : {}),
    })
  }
  return () => (client ??= make())
}

type ErrorLike = { name?: string; status?: number; code?: string | null; message?: string; headers?: Headers }

/** Maps what the client throws to a typed fault, with the provider's words and without any secret. */
export function toFault(error: unknown, { settings, apiKey }: Endpoint, signal: AbortSignal): ProviderFault {
  if (error instanceof ProviderFault) return error
  const { status, code, message = String(error), headers, name } = error as ErrorLike
  const words = scrub(message.split('\n')[0]!.slice(0, 300), apiKey ? [apiKey] : [])
  const host = settings.base_url ? new URL(settings.base_url).host : settings.id
  const fault = (kind: FaultKind, text: string) =>
    new ProviderFault(kind, text, { cause: error, retryAfterMs: retryAfter(headers) })

  if (signal.aborted) return fault('aborted', 'The run was stopped.')
  if (code === 'insufficient_quota') return fault('quota', `${host} says the quota is used up: ${words}`)
  if (status === 401 || status === 403) return fault('auth', `${host} refused the key (${status}): ${words}`)
  if (status === 404) return fault('unknown-model', `${host} does not know the model: ${words}`)
  if (status === 429) return fault('rate-limit', `${host} limits the rate: ${words}`)
  if (status === 400 || status === 413 || status === 422) return fault('rejected', `rejected: ${words}`)
  if (status !== undefined) return fault('unavailable', `${host} answered ${status}: ${words}`)
  if (name === 'APIConnectionTimeoutError' || /timed? ?out/i.test(words)) {
    return fault('timeout', `${host} did not answer in ${settings.timeout_ms / 1000} s.`)
  }
  if (error instanceof SyntaxError) return fault('malformed', `${host} sent an answer that is not JSON.`)
  return fault('unavailable', `${host} could not be reached: ${causeOf(error) ?? words}`)
}

const causeOf = (error: unknown): string | undefined => {
  for (let at = error as { cause?: unknown; code?: string }, depth = 0; at && depth < 4; depth += 1) {
    if (typeof at.code === 'string' && at.code) return at.code
    at = at.cause as { cause?: unknown; code?: string }
  }
  return undefined
}

/** `retry-after-ms`, or `Retry-After` in seconds or as a date. Negative and unreadable values count as absent. */
export function retryAfter(headers: Headers | undefined, now = Date.now()): number | null {
  if (!headers || typeof headers.get !== 'function') return null
  const exact = Number(headers.get('retry-after-ms') ?? Number.NaN)
  if (exact >= 0) return exact
  const text = headers.get('retry-after')
  if (text === null || text.trim() === '') return null
  const ms = Number.isNaN(Number(text)) ? Date.parse(text) - now : Number(text) * 1000
  return ms >= 0 ? ms : null
}
