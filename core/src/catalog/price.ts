import type { ModelRef } from '../registry/prompt-file.ts'
import type { ModelOverride } from './catalog.ts'
import { resolveId } from './provider.ts'

/**
 * Tokens of one call. `cachedInputTokens` and `cacheWriteTokens` are part of `inputTokens`, `reasoningTokens` of
 * `outputTokens`.
 */
export type PricedUsage = {
  inputTokens: number
  cachedInputTokens: number
  outputTokens: number
  cacheWriteTokens?: number
  reasoningTokens?: number
}

/** A row under `prices` in assay.yaml: USD per 1,000,000 tokens, which is micro-dollars per token. */
export type PriceOverride = {
  input: number
  output: number
  cached_input?: number
  cache_write?: number
  reasoning?: number
}

/** What lies over the price table, and when the call was made: some prices depend on the date. */
export type PriceOptions = {
  at: Date
  prices?: Record<string, PriceOverride>
  /** A gateway's name is priced by its pin. */
  models?: Record<string, Pick<ModelOverride, 'pin'>>
  /** A self-hosted endpoint. */
  free?: boolean
}

/** The published table, as far as Assay asks it. 477 kB: loaded by the first call that is priced, never by a plain lint. */
export type PriceTable = Pick<typeof import('@pydantic/genai-prices'), 'calcPrice'>

export const loadPriceTable = (): Promise<PriceTable> => import('@pydantic/genai-prices')

/** Where prices come from, for people; a test holds the version equal to the installed one. */
export const priceSource = { name: 'genai-prices', version: '0.1.8', as_of: '2026-09-23' }

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
 * What one call costs, in whole micro-dollars, rounded up once. null = no price is known, which is never 0.
 */
export async function priceOf(
  provider: string | null,
  id: string,
  usage: PricedUsage,
  o: PriceOptions,
): Promise<number | null> {
  return priceWith(needsPriceTable(provider, id, o) ? await loadPriceTable() : null, provider, id, usage, o)
}

/** False when assay.yaml answers, or nobody can. */
export const needsPriceTable = (provider: string | null, id: string, o: PriceOptions): boolean =>
  !o.free && lookUp(provider, id, o).own === undefined && lookUp(provider, id, o).table !== undefined

/** `priceOf` at once, with the table loaded before; without a table only what assay.yaml says. */
export function priceWith(
  table: PriceTable | null,
  provider: string | null,
  id: string,
  usage: PricedUsage,
  o: PriceOptions,
): number | null {
  if (o.free) return 0
  const tokens = clean(usage)
  if (tokens === null) return null
  const found = lookUp(provider, id, o)
  if (found.own) return roundUp(costBy(found.own, tokens))
  if (table === null || found.table === undefined) return null
  const price = table.calcPrice(
    {
      input_tokens: tokens.inputTokens,
      cache_read_tokens: tokens.cachedInputTokens,
      output_tokens: tokens.outputTokens,
      ...(tokens.cacheWriteTokens > 0 ? { cache_write_tokens: tokens.cacheWriteTokens } : {}),
      ...(tokens.reasoningTokens > 0 ? { output_reasoning_tokens: tokens.reasoningTokens } : {}),
    },
    found.id,
    { providerId: found.table, timestamp: o.at },
  )
  if (price === null) return null
  // Rows of audio or free models have no token prices and would come out as $0.
  const { input_mtok: input, output_mtok: output } = price.model_price
  if ((tokens.inputTokens > 0 && input === undefined) || (tokens.outputTokens > 0 && output === undefined)) return null
  return roundUp(price.total_price * 1e6)
}

/** USD per 1,000,000 tokens, for people. `tiered`: a long input costs more. */
export type Rates = { input: number; output: number; cached_input: number | null; tiered: boolean; source: string }

/** What `assay models` says about a price; null: none is known. */
export function ratesWith(
  table: PriceTable | null,
  provider: string | null,
  id: string,
  o: PriceOptions,
): Rates | null {
  if (o.free) return { input: 0, output: 0, cached_input: null, tiered: false, source: 'self-hosted, price: none' }
  const found = lookUp(provider, id, o)
  if (found.own) {
    const { input, output, cached_input: cached } = found.own
    return { input, output, cached_input: cached ?? null, tiered: false, source: 'assay.yaml' }
  }
  if (table === null || found.table === undefined) return null
  const usage = { input_tokens: 1, output_tokens: 1 }
  const price = table.calcPrice(usage, found.id, { providerId: found.table, timestamp: o.at })?.model_price
  const { input_mtok: input, output_mtok: output, cache_read_mtok: cached } = price ?? {}
  const base = (rate: typeof input): number | null => (typeof rate === 'object' ? rate.base : (rate ?? null))
  const [inputRate, outputRate] = [base(input), base(output)]
  if (inputRate === null || outputRate === null) return null
  return {
    input: inputRate,
    output: outputRate,
    cached_input: base(cached),
    tiered: typeof input === 'object' || typeof output === 'object',
    source: `${priceSource.name} ${priceSource.version} of ${priceSource.as_of}`,
  }
}

/** The line to paste into assay.yaml for a model without a price; the zeros are to be replaced. */
export function pricesLine(id: string): string {
  const key = /^[A-Za-z_][A-Za-z0-9_./-]*$/.test(id) ? id : JSON.stringify(id)
  return `prices: { ${key}: { input: 0.00, output: 0.00 } }`
}

/** The id under which a model is priced: Azure's object form goes by the base model, `gpt-4o` + "2024-11-20". */
export const pricedId = (model: ModelRef): string =>
  model.provider === 'azure' && model.model_version ? `${model.id}-${model.model_version}` : model.id

/** Who prices an id: a row of assay.yaml for it or for its pin, else the published table under a provider's name. */
function lookUp(
  provider: string | null,
  text: string,
  o: PriceOptions,
): { own?: PriceOverride; table?: string; id: string } {
  const model = resolveId(text, provider)
  const own = entryFor([text.trim(), model.id], o.prices ?? {})
  if (own) return { own, id: model.id }
  const pin = entryFor([text.trim(), model.id], o.models ?? {})?.pin
  if (pin && pin !== text.trim() && pin !== model.id) {
    const pinned = resolveId(pin)
    const byPin = entryFor([pin, pinned.id], o.prices ?? {})
    // The pin names the weights; a gateway (litellm) has no prices of its own in the table.
    const table = tableProvider.get(pinned.provider ?? model.provider ?? '')
    return { ...(byPin ? { own: byPin } : {}), ...(table ? { table } : {}), id: pinned.id }
  }
  const table = tableProvider.get(model.provider ?? '')
  return { ...(table ? { table } : {}), id: model.id }
}

function costBy(price: PriceOverride, tokens: Required<PricedUsage>): number {
  const written = tokens.cacheWriteTokens
  const plain = tokens.inputTokens - tokens.cachedInputTokens - written
  const said = tokens.outputTokens - tokens.reasoningTokens
  return (
    plain * price.input +
    tokens.cachedInputTokens * (price.cached_input ?? price.input) +
    written * (price.cache_write ?? price.input) +
    said * price.output +
    tokens.reasoningTokens * (price.reasoning ?? price.output)
  )
}

/** Counts as the price table takes them: it throws when a part exceeds its whole. null: not counts at all. */
function clean(usage: PricedUsage): Required<PricedUsage> | null {
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens = 0, reasoningTokens = 0 } = usage
  const counts = [inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens]
  if (!counts.every((count) => Number.isFinite(count) && count >= 0)) return null
  const cached = Math.min(cachedInputTokens, inputTokens)
  return {
    inputTokens,
    outputTokens,
    cachedInputTokens: cached,
    cacheWriteTokens: Math.min(cacheWriteTokens, inputTokens - cached),
    reasoningTokens: Math.min(reasoningTokens, outputTokens),
  }
}

const entryFor = <T>(names: readonly string[], entries: Record<string, T>): T | undefined =>
  names.filter((name) => Object.hasOwn(entries, name)).map((name) => entries[name])[0]

/** Sums of decimal prices end in …0000001: a millionth of a micro-dollar is not a reason to round up. */
const roundUp = (microUsd: number): number => Math.ceil(microUsd - 1e-6)
