import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { cpuMs, isLinear } from '../../linear.ts'
import { longRuns } from '../../../core/src/catalog/runs.ts'
import { calibration, countTokens, mostTokens, tokenCounter, tokenFactor } from '../../../core/src/catalog/tokens.ts'

const gpt = { provider: 'openai', id: 'gpt-4o-2024-11-20' }

const system = `You are a legal contract analyser. Extract structured data as valid JSON only.
Never infer information not explicitly present in the contract text.
If a field is absent, return null — do not guess.
`
const user = `Extract the following fields from this contract:
{fields}

CONTRACT TEXT:
{contract_text}

Return ONLY valid JSON matching this schema:
{output_schema}
`

describe('countTokens', () => {
  it('counts the seed form: 39 and 31', async () => {
    expect(await countTokens(system, gpt)).toEqual({ tokens: 39, exact: true })
    expect(await countTokens(user, gpt)).toEqual({ tokens: 31, exact: true })
  })

  it('takes special tokens for text', async () => {
    expect(await countTokens('<|endoftext|>', gpt)).toEqual({ tokens: 7, exact: true })
  })

  it('counts for each family with its own tokenizer', async () => {
    const text = 'Vertragsstrafe: 契約, договор'
    const byNew = await countTokens(text, gpt)
    expect(await countTokens(text, { provider: 'openai', id: 'gpt-9' })).toEqual(byNew)
    expect((await countTokens(text, { provider: 'openai', id: 'gpt-4-0613' })).tokens).toBeGreaterThan(byNew.tokens)
    expect(await countTokens(text, { provider: 'acme', id: 'fast' }, { encoding: 'o200k_base' })).toEqual(byNew)
  })

  it.each([
    ['anthropic', 'claude-opus-4-8', 1.35],
    ['google', 'gemini-3.8-flash', 1.25],
    ['bedrock', 'eu.anthropic.claude-opus-4-8', 1.35],
    ['groq', 'meta-llama/llama-4-maverick-17b-128e-instruct', 1.2],
    ['mistral', 'mistral-large-2512', 1.2],
    ['groq', 'openai/gpt-oss-120b', 1],
    ['local', 'qwen3', 1.35],
    ['azure', 'contracts-prod', 1],
  ])('multiplies for %s %s', async (provider, id, factor) => {
    expect(tokenFactor(provider, id)).toBe(factor)
    const counted = await countTokens(system, { provider, id })
    expect(counted).toEqual({ tokens: Math.ceil(39 * factor), exact: provider === 'azure' })
  })

  it('uses the factor that a tape has shown, and never for a tokenizer that is known', async () => {
    expect((await countTokens(system, { provider: 'anthropic', id: 'claude-opus-4-8' }, { factor: 1.1 })).tokens).toBe(
      43,
    )
    expect((await countTokens(system, gpt, { factor: 2 })).tokens).toBe(39)
  })

  it('estimates when the package is not installed', async () => {
    const missing = () => Promise.reject(Object.assign(new Error('no such package'), { code: 'ERR_MODULE_NOT_FOUND' }))
    const count = await tokenCounter(gpt, { load: missing })
    expect(count(system).exact).toBe(false)
    expect(count(system).tokens).toBeGreaterThan(30)
    const broken = tokenCounter(gpt, { load: () => Promise.reject(new Error('broken')) })
    await expect(broken).rejects.toThrow('broken')
  })
})

describe('hostile texts', () => {
  const hostile: [string, string][] = [
    ['letters', 'a'.repeat(1_000_000)],
    ['spaces', ' '.repeat(1_000_000)],
    ['CJK', '漢字'.repeat(150_000)],
    [
      'CJK of many kinds',
      Array.from({ length: 300_000 }, (_, i) => String.fromCharCode(0x4e00 + ((i * 7919) % 20_000))).join(''),
    ],
    ['signs inside and beyond ASCII by turns', '!。'.repeat(300_000)],
    ['two kinds of space by turns', ' \u3000'.repeat(300_000)],
    ['line ends and slashes behind a sign', `!${'\n/'.repeat(300_000)}`],
    ['emoji', '😀'.repeat(200_000)],
    ['digits', '1'.repeat(1_000_000)],
  ]

  test.each(hostile)('%s: no hang', async (_, text) => {
    const count = await tokenCounter(gpt)
    count(text.slice(0, 2_000))
    let exact = true
    // Uncut, each of these takes from seconds to minutes.
    expect(cpuMs(() => ({ exact } = count(text)))).toBeLessThan(3_000)
    expect(exact).toBe(text.startsWith('1'))
  })

  test('a megabyte of one letter takes 100 ms at most and is off by less than a thousandth', async () => {
    const count = await tokenCounter(gpt)
    const text = 'a'.repeat(1_000_000)
    count(text)
    expect(Math.abs(count(text).tokens / 125_000 - 1)).toBeLessThan(0.0011)
    expect(Math.min(...Array.from({ length: 5 }, () => cpuMs(() => count(text))))).toBeLessThan(100)
  })

  test('is linear in the text', async () => {
    const count = await tokenCounter(gpt)
    for (const [name, text] of hostile) {
      const half = text.slice(0, text.length / 2)
      expect(
        isLinear(
          () => count(half),
          () => count(text),
        ),
        name,
      ).toBe(true)
    }
  })

  test('no uncut run is longer than what a tokenizer bears, and no pair is parted', () => {
    const units = fc.constantFrom('a', 'é', '漢', ' ', '\n', '!', '/', '1', '\u3000', '😀', '。')
    const texts = fc.array(fc.tuple(units, fc.integer({ min: 1, max: 900 })), { maxLength: 8 })
    fc.assert(
      fc.property(texts, (parts) => {
        const text = parts.map(([unit, count]) => unit.repeat(count)).join('')
        let last = 0
        for (const { start, end } of longRuns(text)) {
          expect(start).toBeGreaterThanOrEqual(last)
          expect(end - start).toBeGreaterThan(512)
          last = end
        }
        // What is left between the cuts holds no letters, spaces or signs in a row beyond twice the limit.
        const rest = [...longRuns(text)].reduceRight(
          (left, { start, end }) => `${left.slice(0, start)}1${left.slice(end)}`,
          text,
        )
        for (const run of [/[A-Za-z\u0080-\uffff]+/g, /[\s\u0080-\uffff]+/g, /[^\sA-Za-z0-9]+/g]) {
          for (const [found] of rest.matchAll(run)) expect(found.length).toBeLessThanOrEqual(1_025)
        }
      }),
    )
  })
})

test('the bound without a tokenizer holds for prose and code', async () => {
  const count = await tokenCounter(gpt)
  for (const text of [
    system,
    user,
    '契約書の内容を確認してください。'.repeat(5),
    'const a = b ? [1, 2] : { c: "d" }\n'.repeat(9),
  ]) {
    expect(mostTokens(text)).toBeGreaterThanOrEqual(count(text).tokens)
  }
})

describe('calibration', () => {
  const pairs = (used: (i: number) => number, n = 20) =>
    Array.from({ length: n }, (_, i) => ({ counted: 100, used: used(i) }))

  it('is the 95th percentile of the ratio, never below 1', () => {
    expect(calibration(pairs((i) => 101 + i))).toBeCloseTo(1.19)
    expect(calibration(pairs(() => 80))).toBe(1)
  })

  it('says nothing with fewer than 20 answers, and leaves out answers without usage', () => {
    expect(calibration(pairs(() => 120, 19))).toBeNull()
    expect(calibration([...pairs(() => 120, 19), { counted: 100, used: 0 }, { counted: 0, used: 5 }])).toBeNull()
  })
})
