import { describe, expect, test, vi } from 'vitest'
import { builtinCatalog, makeCatalog, builtinTable } from '../../../core/src/catalog/catalog.ts'
import { prepareLimits } from '../../../core/src/node/lint-limits.ts'
import { tapeFactor } from '../../../core/src/node/tape-factor.ts'
import { buildRequest } from '../../../core/src/eval/request.ts'
import { defaultConfig, type Config } from '../../../core/src/registry/config.ts'
import { parsePrompt } from '../../../core/src/registry/parse.ts'
import type { PromptFile } from '../../../core/src/registry/prompt-file.ts'
import { requestKey } from '../../../core/src/tape/key.ts'
import type { TapeLine } from '../../../core/src/tape/line.ts'
import type { Case } from '../../../core/src/registry/golden.ts'

const loaded: string[] = []
vi.mock('gpt-tokenizer/encoding/o200k_base', async (original) => {
  loaded.push('o200k_base')
  return original()
})
vi.mock('@pydantic/genai-prices', async (original) => {
  loaded.push('prices')
  return original()
})

function prompt(more = '', model = 'gpt-4o-2024-11-20'): PromptFile {
  const text = `version: "1.0.0"\nmodel: ${model}\nsystem: Answer briefly.\nuser_template: "{text}"\n${more}changelog:\n  - { version: "1.0.0", date: "2026-11-01", change: First version }\n`
  const parsed = parsePrompt('prompts/v1/x.yaml', text)
  if (!parsed.ok) throw new Error(parsed.findings[0]!.message)
  return parsed.prompt
}

// One file, one order: a module is loaded once, so what comes last loads it.
describe('prepareLimits', () => {
  const at = { today: '2026-11-23' }

  test('loads nothing where the worst case fits', async () => {
    const one = prompt('inputs:\n  text: { type: string, max_tokens: 4000 }\n')
    const facts = await prepareLimits([one], builtinCatalog, defaultConfig, at)
    expect(loaded).toEqual([])
    expect(facts.limits!(one.model)).toMatchObject({ context: 128_000, maxOutput: 16_384 })
    // A bound, not a count: where it fits, nobody needs more.
    expect(facts.count!('Answer briefly.', one.model)).toEqual({ tokens: 10, exact: false })
    expect(facts.priceOf!(one.model, { inputTokens: 1, outputTokens: 1 })).toBeNull()
  })

  test('an answer that may fill the window bounds nothing', async () => {
    const facts = await prepareLimits([], builtinCatalog, defaultConfig, at)
    expect(facts.limits!({ id: 'gpt-4-0613', provider: 'openai' })).toMatchObject({ context: 8_192, maxOutput: null })
  })

  test('loads the prices where a prompt has a cap, and the tokenizer only where the bound passes it', async () => {
    const cheap = prompt('limits: { max_cost_usd: 1, max_output_tokens: 100 }\n')
    const facts = await prepareLimits([cheap], builtinCatalog, defaultConfig, at)
    expect(loaded).toEqual(['prices'])
    expect(facts.priceOf!(cheap.model, { inputTokens: 8_000, outputTokens: 16_000 })).toBe(180_000)
  })

  test('prices by assay.yaml, by pins and by the base model of a deployment', async () => {
    const config: Config = {
      ...defaultConfig,
      models: { fast: { pin: 'gpt-4o-mini-2024-07-18' } },
      prices: { own: { input: 1, output: 2 } },
    }
    const capped = prompt('limits: { max_cost_usd: 1 }\n')
    const facts = await prepareLimits([capped], makeCatalog(builtinTable, config), config, at)
    const usage = { inputTokens: 1_000, outputTokens: 100 }
    expect(facts.priceOf!({ id: 'own', provider: 'local' }, usage)).toBe(1_200)
    expect(facts.priceOf!({ id: 'fast', provider: 'litellm' }, usage)).toBe(210)
    expect(facts.priceOf!({ id: 'llama3', provider: 'ollama' }, usage)).toBe(0)
    const deployed = { id: 'gpt-4o', provider: 'azure', model_version: '2024-11-20' }
    expect(facts.priceOf!(deployed, usage)).toBe(3_500)
    expect(facts.limits!(deployed)?.context).toBe(128_000)
  })

  test('loads the tokenizer where the bound passes the window, and then counts', async () => {
    const near = prompt('limits: { max_input_tokens: 120000 }\ninputs:\n  text: { type: string, max_tokens: 111610 }\n')
    const facts = await prepareLimits([near], builtinCatalog, defaultConfig, at)
    expect(loaded).toContain('o200k_base')
    expect(facts.count!('Answer briefly.', near.model)).toEqual({ tokens: 3, exact: true })
  })
})

test('the factor of a model without tokenizer is taken from what its tape was billed', async () => {
  const one = prompt('', 'anthropic/claude-opus-4-8')
  const side = { side: 'head' as const, prompt: one, adapter: 'anthropic/1', model: one.model.id, today: '2026-11-23' }
  const cases = Array.from({ length: 25 }, (_, n) => ({ id: `c${n}`, vars: { text: `What does clause ${n} say?` } }))
  const lines = cases.map((c) => {
    const built = buildRequest(side, c, 0)
    if (!built.ok) throw new Error(built.problem)
    return { k: requestKey(built.request), usage: { in: 18, out: 1, cached: 0, reasoning: 0 } } as TapeLine
  })
  const factor = await tapeFactor(side, cases as unknown as Case[], lines)
  expect(factor).toBeGreaterThan(1.3)
  expect(factor).toBeLessThan(1.9)
  expect(await tapeFactor(side, cases.slice(0, 19) as unknown as Case[], lines)).toBeNull()
  expect(await tapeFactor({ ...side, prompt: prompt() }, cases as unknown as Case[], lines)).toBeNull()
})
