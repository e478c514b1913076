import type { Answer, ModelRequest } from '../../tape/exchange.ts'

/** What a provider gives back; key, time stamp and evidence are added by the asker. */
export type Reply = Pick<Answer, 'text' | 'toolCalls' | 'responseModel' | 'fingerprint' | 'finish' | 'usage'>

/** Something that answers requests: an API, a tape, a list. */
export interface Provider {
  id: string
  /** Name and version of its request format, part of the key: `openai.chat/1`. */
  adapter: string
  /** @throws ProviderFault for everything that is not an answer. */
  complete(request: ModelRequest, o: { signal: AbortSignal }): Promise<Reply>
}

/**
 * Why there is no answer. `rejected` is a verdict on this request (context too long, filtered input) and makes a failed
 * case; all others leave the case unanswered. An outage is never a failed case.
 */
export type FaultKind =
  | 'auth'
  | 'quota'
  | 'unknown-model'
  | 'rate-limit'
  | 'rejected'
  | 'unavailable'
  | 'timeout'
  | 'malformed'
  | 'missing'
  | 'aborted'

export class ProviderFault extends Error {
  readonly kind: FaultKind
  readonly retryAfterMs: number | null

  constructor(kind: FaultKind, message: string, o: { retryAfterMs?: number | null; cause?: unknown } = {}) {
    super(message, { cause: o.cause })
    this.name = 'ProviderFault'
    this.kind = kind
    this.retryAfterMs = o.retryAfterMs ?? null
  }

  /** Faults that pass by themselves. */
  get retryable(): boolean {
    return ['rate-limit', 'unavailable', 'timeout', 'malformed'].includes(this.kind)
  }
}
