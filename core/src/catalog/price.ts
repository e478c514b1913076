import type { ModelRef } from '../registry/prompt-file.ts'
import { resolveId } from './provider.ts'

/** Tokens of one call. `cachedInputTokens` are part of `inputTokens`; reasoning tokens are output tokens. */
export type PricedUsage = { inputTokens: number; cachedInputTokens: number; outputTokens: number }

/** A row under `prices` in assay.yaml: USD per 1,000,000 tokens, which is micro-dollars per token. */
export type PriceOverride = {
  input: number
  output: number
  cached_input?: number
  cache_write?: number
  reasoning?: number
}

/**
 * Our provider ids -> those of the price table. Only these: the table also matches parts of a name, so that a gateway called
 * "acme-openai" would get OpenAI's list prices.
 */
const tableProvider: ReadonlyMap<string, string> = new Map([
  ['openai', 'openai'],
  ['azure', 'azure'],
  ['anthropic', 'anthropic'],
  ['google', 'google'],
  ['vertex', 'google'],
  ['bedrock', 'aws'],
  ['mistral', 'mistral'],
  ['cohere', 'cohere'],
  ['deepseek', 'deepseek'],
  ['xai', 'x-ai'],
  ['openrouter', 'openrouter'],
  ['groq', 'groq'],
  ['together', 'together'],
  ['fireworks', 'fireworks'],
  ['cerebras', 'cerebras'],
])

/**
 * What one call costs, in whole micro-dollars, rounded up once. null = no price is known, which is never 0. `at` is the time
 * of the call, because prices depend on the date; `prices` lies over the table; `free` is a self-hosted endpoint.
 */
export async function priceOf(
  provider: string | null,
  id: string,
  usage: PricedUsage,
  o: { at: Date; prices?: Record<string, PriceOverride>; free?: boolean },
): Promise<number | null> {
  if (o.free) return 0
  const tokens = clean(usage)
  if (tokens === null) return null
  const model = resolveId(id, provider)
  const own = overrideFor([id.trim(), model.id], o.prices ?? {})
  if (own) {
    const cached = tokens.cachedInputTokens * (own.cached_input ?? own.input)
    return roundUp(
      (tokens.inputTokens - tokens.cachedInputTokens) * own.input + cached + tokens.outputTokens * own.output,
    )
  }
  const providerId = tableProvider.get(model.provider ?? '')
  if (providerId === undefined) return null
  // 477 kB: loaded by the first call that is priced, never by a lint run.
  const { calcPrice } = await import('@pydantic/genai-prices')
  const price = calcPrice(
    {
      input_tokens: tokens.inputTokens,
      cache_read_tokens: tokens.cachedInputTokens,
      output_tokens: tokens.outputTokens,
    },
    model.id,
    { providerId, timestamp: o.at },
  )
  if (price === null) return null
  // Rows of audio or free models have no token prices and would come out as $0.
  const { input_mtok: input, output_mtok: output } = price.model_price
  if ((tokens.inputTokens > 0 && input === undefined) || (tokens.outputTokens > 0 && output === undefined)) return null
  return roundUp(price.total_price * 1e6)
}

/** The id under which a model is priced: Azure's object form goes by the base model, `gpt-4o` + "2024-11-20". */
export const pricedId = (model: ModelRef): string =>
  model.provider === 'azure' && model.model_version ? `${model.id}-${model.model_version}` : model.id

/** Counts as the price table takes them: it throws when cached input exceeds input. null: not counts at all. */
function clean(usage: PricedUsage): PricedUsage | null {
  const counts = [usage.inputTokens, usage.cachedInputTokens, usage.outputTokens]
  if (!counts.every((count) => Number.isFinite(count) && count >= 0)) return null
  return { ...usage, cachedInputTokens: Math.min(usage.cachedInputTokens, usage.inputTokens) }
}

const overrideFor = (names: readonly string[], prices: Record<string, PriceOverride>): PriceOverride | undefined =>
  names.filter((name) => Object.hasOwn(prices, name)).map((name) => prices[name])[0]

/** Sums of decimal prices end in …0000001: a millionth of a micro-dollar is not a reason to round up. */
const roundUp = (microUsd: number): number => Math.ceil(microUsd - 1e-6)
