import { describe, expect, it } from 'vitest'
import { pricedId, priceOf } from '../../../core/src/catalog/price.ts'
import { estimateTokens } from '../../../core/src/catalog/tokens.ts'

const at = new Date('2026-11-20T09:00:00Z')
const usage = { inputTokens: 1640, cachedInputTokens: 0, outputTokens: 210 }

describe('priceOf', () => {
  it('gives whole micro-dollars of a known model', async () => {
    expect(await priceOf('openai', 'gpt-4o-2024-11-20', usage, { at })).toBe(6200)
    expect(await priceOf(null, 'gpt-4o', usage, { at })).toBe(6200)
  })

  it.each([
    ['openai', 'gpt-99'],
    ['azure', 'contracts-prod'],
    ['litellm', 'gpt-4o'],
    ['acme-openai', 'gpt-4o'],
    ['google', 'gemma-3'],
    ['openai', 'whisper-1'],
    [null, 'my-model'],
  ])('does not know the price of %s %s, and says null', async (provider, id) => {
    expect(await priceOf(provider, id, usage, { at })).toBeNull()
  })

  it('clamps cached input to the input', async () => {
    const odd = { inputTokens: 100, cachedInputTokens: 900, outputTokens: 0 }
    expect(await priceOf('openai', 'gpt-4o', odd, { at })).toBe(125)
  })

  it('prices a call at the time it was made', async () => {
    const byDay = await priceOf('deepseek', 'deepseek-chat', usage, { at: new Date('2026-11-20T09:00:00Z') })
    const byNight = await priceOf('deepseek', 'deepseek-chat', usage, { at: new Date('2026-11-20T20:00:00Z') })
    expect([byDay, byNight]).toEqual([674, 337])
  })

  it('lets assay.yaml win, and rounds up once per answer', async () => {
    const prices = { 'gpt-4o': { input: 0.1, output: 0.2, cached_input: 0 } }
    const small = { inputTokens: 4, cachedInputTokens: 1, outputTokens: 1 }
    expect(await priceOf('openai', 'openai/gpt-4o', small, { at, prices })).toBe(1)
    const three = { inputTokens: 3, cachedInputTokens: 0, outputTokens: 0 }
    expect(await priceOf('x', 'y', three, { at, prices: { y: { input: 0.1 * 10, output: 0 } } })).toBe(3)
    const noise = { inputTokens: 30, cachedInputTokens: 0, outputTokens: 0 }
    expect(await priceOf('x', 'y', noise, { at, prices: { y: { input: 0.1, output: 0 } } }), '30 × 0.1').toBe(3)
  })

  it('is 0 only for a free endpoint, and null for counts that are none', async () => {
    expect(await priceOf('local', 'llama', usage, { at, free: true })).toBe(0)
    expect(await priceOf('openai', 'gpt-4o', { ...usage, inputTokens: Number.NaN }, { at })).toBeNull()
    expect(await priceOf('openai', 'gpt-4o', { ...usage, outputTokens: -1 }, { at })).toBeNull()
  })

  it('prices Azure by the base model of the version', () => {
    const model = { provider: 'azure', id: 'gpt-4o', model_version: '2024-11-20' }
    expect(pricedId(model)).toBe('gpt-4o-2024-11-20')
    expect(pricedId({ ...model, model_version: undefined })).toBe('gpt-4o')
  })
})

describe('estimateTokens', () => {
  it('is near a tokenizer on plain text and 0 on none', () => {
    expect(estimateTokens('')).toEqual({ tokens: 0, exact: false })
    const { tokens } = estimateTokens('You are a legal contract analyser. Extract structured data as valid JSON only.')
    expect(tokens).toBeGreaterThan(10)
    expect(tokens).toBeLessThan(25)
  })

  it.each([
    ['a', 1_000_000],
    [' ', 1_000_000],
    ['.', 1_000_000],
    ['漢', 300_000],
    ['😀', 300_000],
  ])('stays linear on a run of %j', (unit, times) => {
    const text = unit.repeat(times)
    const start = performance.now()
    const { tokens } = estimateTokens(text)
    expect(performance.now() - start).toBeLessThan(1000)
    expect(tokens).toBeGreaterThanOrEqual(0)
  })

  it('does not cut surrogate pairs', () => {
    const even = estimateTokens('😀'.repeat(1000)).tokens
    const odd = estimateTokens(`${'x'}${'😀'.repeat(1000)}`).tokens
    expect(Math.abs(even - odd)).toBeLessThan(60)
  })
})
