import { describe, expect, test } from 'vitest'
import { makeAsk, type AskPorts } from '../../../core/src/eval/ask.ts'
import { Ledger } from '../../../core/src/eval/ledger.ts'
import { fixedClock } from '../../../core/src/eval/ports.ts'
import { adapters } from '../../../core/src/eval/providers/index.ts'
import { ProviderFault, type Provider } from '../../../core/src/eval/providers/provider.ts'
import { scripted } from '../../../core/src/eval/providers/scripted.ts'
import { providerSettings } from '../../../core/src/registry/presets.ts'
import type { Answer, ModelRequest } from '../../../core/src/tape/exchange.ts'
import { startLoopbackProvider } from '../../stand-ins/loopback-provider.ts'

const request = (i = 0): ModelRequest => ({
  adapter: 'openai.chat/1',
  model: 'm-2026-01-01',
  messages: [{ role: 'user', content: 'hello' }],
  params: { max_output_tokens: 10, seed: 7 },
  i,
})

function setup(provider: Provider | null, more: Partial<AskPorts> = {}) {
  const clock = fixedClock(Date.parse('2026-11-20T00:00:00Z'))
  const kept: Answer[] = []
  const ask = makeAsk({
    find: async () => undefined,
    provider,
    missing: 'no key',
    keep: async (answer) => void kept.push(answer),
    ledger: new Ledger(null),
    price: async (usage) => usage.inputTokens + 4 * usage.outputTokens,
    bound: () => ({ inputTokens: 10, cachedInputTokens: 0, outputTokens: 10, reasoningTokens: 0 }),
    clock,
    signal: new AbortController().signal,
    concurrency: 8,
    retries: 3,
    timeoutMs: 5_000,
    random: () => 0.5,
    by: 'dev',
    ...more,
  })
  return { ask, kept, clock }
}

const faulty = (faults: (ProviderFault | null)[]): Provider & { calls: number } => {
  const provider = {
    id: 'faulty',
    adapter: 'openai.chat/1',
    calls: 0,
    async complete() {
      const fault = faults[Math.min(provider.calls, faults.length - 1)]
      provider.calls += 1
      if (fault) throw fault
      return { text: 'ok', toolCalls: [], responseModel: null, fingerprint: null, finish: 'stop' as const, usage: null }
    },
  }
  return provider
}

describe('one request', () => {
  test('is answered from the tape without asking', async () => {
    const provider = faulty([null])
    const recorded = { text: 'recorded', evidence: 'recorded', usage: null } as Answer
    const { ask } = setup(provider, { find: async () => recorded })
    expect(await ask(request(), 'c')).toMatchObject({ ok: true, answer: { text: 'recorded' } })
    expect(provider.calls).toBe(0)
  })

  test('without a provider is unanswered, with the reason for people', async () => {
    expect(await setup(null).ask(request(), 'c')).toEqual({ ok: false, why: 'missing', reason: 'no key' })
  })

  test('is kept as soon as it is answered, and asked once when two want it', async () => {
    const provider = faulty([null])
    const { ask, kept } = setup(provider)
    const both = await Promise.all([ask(request(), 'a'), ask(request(), 'b')])
    expect(both.every((asked) => asked.ok)).toBe(true)
    expect(provider.calls).toBe(1)
    expect(kept).toMatchObject([{ text: 'ok', evidence: 'measured', at: '2026-11-20T00:00:00Z', by: 'dev' }])
  })

  test('is tried again after faults that pass, never sooner than the provider asks', async () => {
    const limit = new ProviderFault('rate-limit', 'slow down', { retryAfterMs: 7_000 })
    const provider = faulty([limit, new ProviderFault('unavailable', '503'), null])
    const { ask, clock } = setup(provider)
    expect(await ask(request(), 'c')).toMatchObject({ ok: true })
    expect(clock.slept[0]).toBe(7_000)
    expect(clock.slept[1]).toBeGreaterThan(0)
    expect(provider.calls).toBe(3)
  })

  test('gives up after four tries as unanswered, not as failed', async () => {
    const provider = faulty([new ProviderFault('unavailable', 'down')])
    expect(await setup(provider).ask(request(), 'c')).toEqual({ ok: false, why: 'provider', reason: 'down' })
    expect(provider.calls).toBe(4)
  })

  test('that the provider rejects is a result: the case fails with its words', async () => {
    const { ask, kept } = setup(faulty([new ProviderFault('rejected', 'rejected: too long')]))
    expect(await ask(request(), 'c')).toMatchObject({
      ok: true,
      answer: { finish: 'filter', text: 'rejected: too long' },
    })
    expect(kept).toEqual([])
  })

  test('with a refused key ends the run', async () => {
    await expect(setup(faulty([new ProviderFault('auth', 'refused')])).ask(request(), 'c')).rejects.toMatchObject({
      code: 'provider-auth',
    })
  })

  test('stops asking after five outages in a row', async () => {
    const provider = faulty([new ProviderFault('unavailable', 'down')])
    const { ask } = setup(provider, { retries: 0 })
    for (let i = 0; i < 9; i += 1) await ask(request(i), 'c')
    expect(provider.calls).toBe(5)
  })
})

describe('money', () => {
  test('is reserved before asking: a cap holds with many calls in flight', async () => {
    let most = 0
    const ledger = new Ledger(120)
    const provider: Provider = {
      id: 'slow',
      adapter: 'openai.chat/1',
      async complete() {
        await Promise.resolve()
        most = Math.max(most, ledger.spent)
        const usage = { inputTokens: 10, cachedInputTokens: 0, outputTokens: 10, reasoningTokens: 0 }
        return { text: '', toolCalls: [], responseModel: null, fingerprint: null, finish: 'stop', usage }
      },
    }
    const { ask } = setup(provider, { ledger, concurrency: 64 })
    const asked = await Promise.all(Array.from({ length: 64 }, (_, i) => ask(request(i), 'c')))
    expect(asked.filter((one) => one.ok)).toHaveLength(2)
    expect(asked.find((one) => !one.ok)).toMatchObject({ why: 'budget' })
    expect(ledger.spent).toBe(100)
    expect(most).toBeLessThanOrEqual(120)
  })

  test('of an unknown price is not spent under a cap', async () => {
    const provider = faulty([null])
    const { ask } = setup(provider, { ledger: new Ledger(1_000_000), price: async () => null })
    expect(await ask(request(), 'c')).toMatchObject({ ok: false, why: 'budget' })
    expect(provider.calls).toBe(0)
  })
})

describe.each(['chat', 'responses'] as const)('the %s adapter against a server under faults', (adapter) => {
  const endpoint = (url: string, timeout_ms = 5_000) =>
    adapters[adapter]({
      settings: providerSettings('local', { base_url: url, adapter, timeout_ms }),
      apiKey: 'sk-test-0123456789abcdefghij',
    })

  test('asks and reads text, usage and finish', async () => {
    await using server = await startLoopbackProvider(() => ({ text: 'Monday' }))
    const { ask } = setup(endpoint(server.url))
    const asked = await ask(request(2), 'c')
    expect(asked).toMatchObject({ ok: true, answer: { text: 'Monday', finish: 'stop', evidence: 'measured' } })
    if (adapter === 'chat') expect(server.requests[0]!.body).toMatchObject({ seed: 9, max_tokens: 10 })
  })

  test.each([
    { kind: 'error', status: 500 },
    { kind: 'html' },
    { kind: 'malformed' },
    { kind: 'empty' },
    { kind: 'reset' },
  ] as const)('$kind is no answer and no failed case', async (fault) => {
    await using server = await startLoopbackProvider(() => fault)
    const { ask } = setup(endpoint(server.url), { retries: 1 })
    const asked = await ask(request(), 'c')
    expect(asked).toMatchObject({ ok: false, why: 'provider' })
    expect(JSON.stringify(asked)).not.toContain('sk-test')
    expect(server.requests).toHaveLength(2)
  })

  test('a hanging server is a timeout', async () => {
    await using server = await startLoopbackProvider(() => ({ kind: 'hang' }))
    const { ask } = setup(endpoint(server.url), { retries: 0, timeoutMs: 200 })
    expect(await ask(request(), 'c')).toMatchObject({ ok: false, why: 'timeout' })
  })

  test('a refused key ends the run and is never shown', async () => {
    await using server = await startLoopbackProvider((seen) => ({
      kind: 'error',
      status: 401,
      message: `bad ${seen.headers['authorization']}`,
    }))
    const failure = await setup(endpoint(server.url))
      .ask(request(), 'c')
      .catch((error: Error) => error)
    expect(failure).toMatchObject({ code: 'provider-auth' })
    expect((failure as Error).message).not.toContain('sk-test-0123456789')
  })

  test('a refusal and a cut-off answer are named', async () => {
    await using server = await startLoopbackProvider((seen) =>
      seen.n === 1 ? { refusal: 'I cannot help' } : { text: '{"a"', finish: 'length' },
    )
    const { ask } = setup(endpoint(server.url))
    expect(await ask(request(), 'c')).toMatchObject({ answer: { finish: 'refusal' } })
    expect(await ask(request(1), 'c')).toMatchObject({ answer: { finish: 'length' } })
  })
})

test('a scripted provider answers in turn', async () => {
  const provider = scripted(['yes', 'no'])
  const signal = new AbortController().signal
  const texts = [
    await provider.complete(request(), { signal }),
    await provider.complete(request(), { signal }),
    await provider.complete(request(), { signal }),
  ]
  expect(texts.map((reply) => reply.text)).toEqual(['yes', 'no', 'no'])
})
