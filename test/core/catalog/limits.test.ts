import { describe, expect, it, test } from 'vitest'
import { statSync } from 'node:fs'
import { builtinCatalog, builtinTable, makeCatalog } from '../../../core/src/catalog/catalog.ts'
import { describeModel } from '../../../core/src/catalog/describe.ts'
import { priceSource, pricesLine, ratesWith, loadPriceTable } from '../../../core/src/catalog/price.ts'
import genaiPrices from '../../../node_modules/@pydantic/genai-prices/package.json' with { type: 'json' }
import { readSnapshotTable } from '../../../core/src/catalog/snapshot-shape.ts'

describe('limits', () => {
  it.each([
    ['gpt-4o-2024-11-20', null, 128_000, 16_384, 'o200k_base'],
    ['openai/gpt-4o', null, 128_000, 16_384, 'o200k_base'],
    ['ft:gpt-4o-mini-2024-07-18:acme::Ab12', null, 128_000, 16_384, 'o200k_base'],
    ['gpt-4-0613', null, 8_192, 8_192, 'cl100k_base'],
    ['gpt-3.5-turbo-instruct', null, 4_096, 4_096, 'cl100k_base'],
    ['text-embedding-3-small', null, 8_192, null, 'cl100k_base'],
    ['gpt-4.1', null, 1_047_576, 32_768, 'o200k_base'],
    ['gpt-4.5-preview', null, 128_000, 16_384, 'o200k_base'],
    ['gpt-9', null, null, null, 'o200k_base'],
    ['claude-opus-4-5-20251101', null, 200_000, null, null],
    ['claude-sonnet-4@20250514', null, 200_000, null, null],
    ['eu.anthropic.claude-3-haiku-20240307-v1:0', null, 200_000, null, null],
    ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0', null, 300_000, null, null],
    ['gpt-4o-2024-11-20', 'azure', 128_000, 16_384, 'o200k_base'],
    ['gpt-4o', 'azure', null, null, 'o200k_base'],
    ['constructor', 'openai', null, null, 'o200k_base'],
    ['x', '__proto__', null, null, null],
  ])('%s of %s', (id, provider, context, maxOutput, encoding) => {
    expect(builtinCatalog.limits(id, provider)).toEqual({ context, maxOutput, encoding })
  })

  it('takes what assay.yaml says, through a pin too', () => {
    const catalog = makeCatalog(builtinTable, {
      models: {
        'contracts-fast': { pin: 'gpt-4o-mini-2024-07-18', max_output: 4_000 },
        tiny: { context: 4_096, encoding: 'cl100k_base' },
        odd: { encoding: 'p50k_base' },
        loop: { pin: 'pool' },
        pool: { pin: 'loop' },
      },
    })
    expect(catalog.limits('contracts-fast', 'litellm')).toEqual({
      context: 128_000,
      maxOutput: 4_000,
      encoding: 'o200k_base',
    })
    expect(catalog.limits('tiny', 'local')).toEqual({ context: 4_096, maxOutput: null, encoding: 'cl100k_base' })
    expect(catalog.limits('odd', 'local').encoding).toBeNull()
    expect(catalog.limits('loop', 'local').context).toBeNull()
  })
})

describe('the table', () => {
  test('is smaller than 150 kB, and what a mirror may serve', () => {
    const file = new URL('../../../core/src/catalog/snapshot.json', import.meta.url)
    expect(statSync(file).size).toBeLessThan(150_000)
    expect(readSnapshotTable(JSON.stringify(builtinTable))).toEqual(builtinTable)
  })

  test('names its price source by the version that is installed', () => {
    expect(priceSource.version).toBe(genaiPrices.version)
    expect(builtinTable.limits?.sources['context']).toBe(`genai-prices ${genaiPrices.version}`)
  })

  const valid = { format: 1, as_of: '2026-11-10', pins: {}, sole: {}, retirements: [] }
  test.each([
    ['<!doctype html><title>Sign in</title>', 'it is a web page, not a catalogue'],
    ['nonsense', 'it is not JSON'],
    ['[]', 'it is not a catalogue'],
    [{ ...valid, format: 2 }, 'its format is 2, not 1'],
    [{ ...valid, as_of: '2026-02-30' }, 'as_of is no date'],
    [{ ...valid, pins: { openai: { 'gpt-4o': 'x' } } }, 'pins is not a table of ids'],
    [{ ...valid, pins: { openai: { 'gpt-4o': ['a b'] } } }, 'pins is not a table of ids'],
    [{ ...valid, sole: { openai: 1 } }, 'sole is not a table of ids'],
    [{ ...valid, limits: { sources: {}, models: { openai: { x: [-1] } } } }, 'limits is not a table of numbers'],
    [
      { ...valid, retirements: [{ channel: 'openai', model: 'x\u001b[31m', as_of: '2026-01-01' }] },
      'row 1 of retirements is not a row',
    ],
    [
      { ...valid, retirements: [{ channel: 'openai', model: 'x', as_of: '2026-01-01', shutdown: 'soon' }] },
      'row 1 of retirements is not a row',
    ],
    [{ ...valid, retirements: {} }, 'retirements is not a list of rows'],
  ])('%j is no catalogue', (value, problem) => {
    expect(readSnapshotTable(typeof value === 'string' ? value : JSON.stringify(value))).toBe(problem)
  })
})

describe('describeModel', () => {
  const sheet = async (id: string, models = {}) =>
    describeModel(id, {
      catalog: makeCatalog(builtinTable, { models }),
      table: builtinTable,
      prices: await loadPriceTable(),
      priceOptions: { at: new Date('2026-11-23T12:00:00Z'), models },
      isFree: (provider) => provider === 'ollama',
      channels: {},
      defaultProvider: 'openai',
    })

  it('says what an alias serves, what it costs and when it ends', async () => {
    expect(await sheet('gpt-4o')).toMatchObject({
      provider: 'openai',
      verdict: 'alias',
      pins: ['gpt-4o-2024-08-06', 'gpt-4o-2024-11-20'],
      context: 128_000,
      price: { input: 2.5, output: 10, source: 'genai-prices 0.1.8 of 2026-09-23' },
      retirement: { confidence: 'second-hand', source: expect.stringContaining('https://') },
      near: [],
    })
  })

  it.each([
    ['gpt-6-lunar', ['gpt-6-luna']],
    ['gtp-4o', ['gpt-4o']],
    ['gpt-6', ['gpt-6-astra', 'gpt-6-luna', 'gpt-6-sol', 'gpt-4', 'gpt-5']],
    ['completely-different', []],
  ])('offers ids that are spelt like %s', async (id, near) => {
    expect((await sheet(id)).near).toEqual(near)
  })

  it('goes by the pin of assay.yaml, and costs nothing on the own machine', async () => {
    const models = { fast: { pin: 'gpt-4o-mini-2024-07-18', shutdown: '2027-03-01' } }
    expect(await sheet('fast', models)).toMatchObject({
      verdict: 'pinned',
      price: { input: 0.15, output: 0.6 },
      retirement: { shutdown: '2027-03-01', source: 'assay.yaml', confidence: 'first-party' },
    })
    expect((await sheet('ollama/llama3')).price).toMatchObject({ input: 0, output: 0 })
  })
})

test('the line to paste for an unknown price is YAML', () => {
  expect(pricesLine('gpt-6-luna')).toBe('prices: { gpt-6-luna: { input: 0.00, output: 0.00 } }')
  expect(pricesLine('llama3:8b')).toBe('prices: { "llama3:8b": { input: 0.00, output: 0.00 } }')
})

test('a rate in tiers is shown by its first', async () => {
  const rates = ratesWith(await loadPriceTable(), 'google', 'gemini-2.5-pro', { at: new Date('2026-11-23') })
  expect(rates).toMatchObject({ input: 1.25, output: 10, tiered: true })
})
