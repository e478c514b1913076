import { AssayError } from '../errors.ts'
import type { Answer, ModelRequest, Usage } from '../tape/exchange.ts'
import { requestKey } from '../tape/key.ts'
import type { Ledger } from './ledger.ts'
import { limiter } from './limiter.ts'
import type { Clock } from './ports.ts'
import { ProviderFault, type Provider, type Reply } from './providers/provider.ts'
import type { Why } from './result.ts'

/** An answer with what it cost now or when it was recorded, or the reason why there is none. */
export type Asked = { ok: true; answer: Answer; costMicroUsd: number | null } | { ok: false; why: Why; reason: string }

export type Ask = (request: ModelRequest, caseId: string) => Promise<Asked>

export type AskPorts = {
  /** A recorded answer that counts, or undefined. */
  find(request: ModelRequest, caseId: string): Promise<Answer | undefined>
  /** null: nothing can be asked; `missing` then says why, for people. */
  provider: Provider | null
  missing: string
  /** Keeps an answer as soon as it arrives, so that no answer that was paid for is lost. */
  keep(answer: Answer, caseId: string, i: number): Promise<void>
  ledger: Ledger
  /** Micro-dollars of one call; null when the price is unknown. */
  price(usage: Usage): Promise<number | null>
  /** Upper bound of the usage of a request, before it is asked. */
  bound(request: ModelRequest): Usage
  clock: Clock
  signal: AbortSignal
  concurrency: number
  /** Retries after the first try. */
  retries: number
  timeoutMs: number
  /** 0…1; jitter comes from a seed, so that runs repeat. */
  random(): number
  by: string
}

const maxWaitMs = 60_000
const circuitOpensAfter = 5

/**
 * One request: recorded answers first, then budget, then the provider with retries, then the tape. The one owner of
 * retries and of money. An outage never becomes a failed case; a refused key ends the run.
 * @throws AssayError `provider-auth`, `provider-rejected` when no further request can succeed.
 */
export function makeAsk(ports: AskPorts): Ask {
  const inTurn = limiter(ports.concurrency)
  const inFlight = new Map<string, Promise<Asked>>()
  let failuresInARow = 0
  let stopped: string | null = null

  async function ask(request: ModelRequest, caseId: string, key: string): Promise<Asked> {
    const recorded = await ports.find(request, caseId)
    if (recorded)
      return { ok: true, answer: recorded, costMicroUsd: recorded.usage && (await ports.price(recorded.usage)) }
    if (!ports.provider) return { ok: false, why: 'missing', reason: ports.missing }
    const provider = ports.provider
    return inTurn(() => askLive(provider, request, caseId, key))
  }

  async function askLive(provider: Provider, request: ModelRequest, caseId: string, key: string): Promise<Asked> {
    if (ports.signal.aborted) return { ok: false, why: 'aborted', reason: 'the run was stopped' }
    if (stopped !== null) return { ok: false, why: 'provider', reason: stopped }
    const bound = await ports.price(ports.bound(request))
    if (bound === null && ports.ledger.cap !== null) {
      return { ok: false, why: 'budget', reason: `no price for ${request.model}: a cap cannot be kept` }
    }
    if (!ports.ledger.reserve(bound ?? 0)) {
      return {
        ok: false,
        why: 'budget',
        reason: `would pass the cap of $${((ports.ledger.cap ?? 0) / 1e6).toFixed(2)}`,
      }
    }
    let spent = 0
    try {
      const started = ports.clock.monotonic()
      const reply = await withRetries(provider, request)
      failuresInARow = 0
      const answer = toAnswer(reply, request, key, ports.clock.monotonic() - started)
      const cost = reply.usage ? await ports.price(reply.usage) : bound
      spent = cost ?? 0
      await ports.keep(answer, caseId, request.i)
      return { ok: true, answer, costMicroUsd: cost }
    } catch (error) {
      if (!(error instanceof ProviderFault)) throw error
      return unanswered(error, request, key)
    } finally {
      ports.ledger.settle(bound ?? 0, spent)
    }
  }

  function unanswered(fault: ProviderFault, request: ModelRequest, key: string): Asked {
    if (fault.kind === 'auth') {
      throw new AssayError('provider-auth', fault.message, {
        hint: 'Set the key of this provider to one with access to the model.',
        cause: fault,
      })
    }
    if (fault.kind === 'unknown-model') {
      throw new AssayError('provider-rejected', fault.message, {
        hint: `Check the model id "${request.model}".`,
        cause: fault,
      })
    }
    if (fault.kind === 'aborted') return { ok: false, why: 'aborted', reason: fault.message }
    if (fault.kind === 'rejected') {
      // The provider judged this one request: a result, kept in memory only, because it is no answer of the model.
      const reply: Reply = {
        text: fault.message,
        toolCalls: [],
        responseModel: null,
        fingerprint: null,
        finish: 'filter',
        usage: null,
      }
      return { ok: true, answer: toAnswer(reply, request, key, 0), costMicroUsd: 0 }
    }
    failuresInARow += 1
    if (fault.kind === 'quota' || (fault.retryAfterMs ?? 0) > maxWaitMs || failuresInARow >= circuitOpensAfter)
      stopped = fault.message
    return { ok: false, why: fault.kind === 'timeout' ? 'timeout' : 'provider', reason: fault.message }
  }

  async function withRetries(provider: Provider, request: ModelRequest): Promise<Reply> {
    for (let tries = 1; ; tries += 1) {
      try {
        const signal = AbortSignal.any([ports.signal, AbortSignal.timeout(ports.timeoutMs)])
        return await provider.complete(request, { signal })
      } catch (error) {
        const fault = faultOf(error, ports.signal, ports.timeoutMs)
        if (!fault.retryable || tries > ports.retries || (fault.retryAfterMs ?? 0) > maxWaitMs) throw fault
        // Full jitter, never below what the provider asks for.
        const backoff = ports.random() * Math.min(30_000, 500 * 2 ** tries)
        await ports.clock.sleep(Math.max(backoff, fault.retryAfterMs ?? 0), ports.signal).catch(() => {
          throw new ProviderFault('aborted', 'The run was stopped.')
        })
      }
    }
  }

  function toAnswer(reply: Reply, request: ModelRequest, key: string, latencyMs: number): Answer {
    const at = `${new Date(ports.clock.now()).toISOString().slice(0, 19)}Z`
    // JSON can carry half of a surrogate pair (\ud800); no file and no hash can.
    return {
      ...reply,
      text: reply.text.toWellFormed(),
      key,
      model: request.model,
      latencyMs,
      at,
      by: ports.by,
      evidence: 'measured',
    }
  }

  return (request, caseId) => {
    const key = requestKey(request)
    const pending = inFlight.get(key)
    if (pending) return pending
    const asked = ask(request, caseId, key).finally(() => inFlight.delete(key))
    inFlight.set(key, asked)
    return asked
  }
}

function faultOf(error: unknown, run: AbortSignal, timeoutMs: number): ProviderFault {
  if (run.aborted) return new ProviderFault('aborted', 'The run was stopped.')
  // A try that ran out of time is aborted by our own signal, which a provider reports as an abort.
  if (error instanceof ProviderFault && error.kind !== 'aborted') return error
  return new ProviderFault('timeout', `No answer within ${timeoutMs / 1000} s.`, { cause: error })
}
