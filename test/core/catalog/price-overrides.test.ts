import { describe, expect, it } from 'vitest'
import { loadPriceTable, needsPriceTable, priceOf, priceWith } from '../../../core/src/catalog/price.ts'

const at = new Date('2026-11-20T09:00:00Z')
const usage = { inputTokens: 1_000, cachedInputTokens: 0, outputTokens: 100 }

describe('prices of assay.yaml', () => {
  const prices = { fast: { input: 1, output: 10, cached_input: 0.1, cache_write: 1.25, reasoning: 4 } }

  it('price writing to the cache and reasoning on their own', async () => {
    const parts = { ...usage, cachedInputTokens: 400, cacheWriteTokens: 200, reasoningTokens: 60 }
    // 400 plain, 400 read, 200 written; 40 said, 60 thought.
    expect(await priceOf('x', 'fast', parts, { at, prices })).toBe(400 + 40 + 250 + 400 + 240)
  })

  it('count them at the plain rates when assay.yaml names none', async () => {
    const parts = { ...usage, cachedInputTokens: 400, cacheWriteTokens: 200, reasoningTokens: 60 }
    expect(await priceOf('x', 'y', parts, { at, prices: { y: { input: 1, output: 10 } } })).toBe(2_000)
  })

  it('clamp parts that exceed their whole', async () => {
    const odd = { ...usage, cachedInputTokens: 900, cacheWriteTokens: 900, reasoningTokens: 900 }
    expect(await priceOf('x', 'fast', odd, { at, prices })).toBe(90 + 125 + 400)
  })
})

describe('a pin of assay.yaml', () => {
  const models = {
    'contracts-fast': { pin: 'gpt-4o-mini-2024-07-18' },
    self: { pin: 'self' },
    odd: { pin: 'nobody-knows' },
  }

  it('prices the name that stands before it', async () => {
    const own = await priceOf('openai', 'gpt-4o-mini-2024-07-18', usage, { at })
    expect(own).toBe(210)
    expect(await priceOf('litellm', 'contracts-fast', usage, { at, models })).toBe(own)
    expect(await priceOf('litellm', 'contracts-fast', usage, { at })).toBeNull()
  })

  it('goes by the price that assay.yaml gives the pin, and under a price of the name itself', async () => {
    const prices = { 'gpt-4o-mini-2024-07-18': { input: 2, output: 2 } }
    expect(await priceOf('litellm', 'contracts-fast', usage, { at, models, prices })).toBe(2_200)
    const both = { ...prices, 'contracts-fast': { input: 3, output: 3 } }
    expect(await priceOf('litellm', 'contracts-fast', usage, { at, models, prices: both })).toBe(3_300)
  })

  it('is null when nobody knows it', async () => {
    expect(await priceOf('litellm', 'odd', usage, { at, models })).toBeNull()
    expect(await priceOf('litellm', 'self', usage, { at, models })).toBeNull()
  })
})

describe('priceWith', () => {
  it('answers at once, as priceOf does', async () => {
    const table = await loadPriceTable()
    for (const id of ['gpt-4o', 'gpt-5.5', 'nothing']) {
      expect(priceWith(table, 'openai', id, usage, { at })).toBe(await priceOf('openai', id, usage, { at }))
    }
  })

  it('asks for no table when assay.yaml answers, nobody can, or it is free', () => {
    const prices = { x: { input: 1, output: 1 } }
    expect(needsPriceTable('openai', 'gpt-4o', { at })).toBe(true)
    expect(needsPriceTable('openai', 'x', { at, prices })).toBe(false)
    expect(needsPriceTable('local', 'llama', { at })).toBe(false)
    expect(needsPriceTable('openai', 'gpt-4o', { at, free: true })).toBe(false)
    expect(priceWith(null, 'openai', 'gpt-4o', usage, { at })).toBeNull()
  })
})
