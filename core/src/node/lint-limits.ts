import type { Catalog, ModelLimits } from '../catalog/catalog.ts'
import { loadPriceTable, needsPriceTable, pricedId, priceWith, type PriceTable } from '../catalog/price.ts'
import { mostTokens, tokenCounter, tokenFactor, type TokenCounter } from '../catalog/tokens.ts'
import type { ModelFacts } from '../lint/rule.ts'
import { limitsOf, type Config } from '../registry/config.ts'
import type { GoldenSet } from '../registry/golden.ts'
import { providerSettings } from '../registry/presets.ts'
import type { ModelRef, PromptFile } from '../registry/prompt-file.ts'

/** What stands around the prompts: their golden sets by path, and factors that their tapes have shown (`tapeFactor`). */
export type LimitInputs = {
  goldens?: ReadonlyMap<string, { set: GoldenSet | null }>
  factorOf?: (prompt: PromptFile) => Promise<number | null>
  /** Prices are those of this day. */
  today?: string
}

/**
 * What the rules about size and money need, with all that loads slowly loaded before: a tokenizer only where a prompt's
 * worst case comes near the limit of its model, the price table only where a prompt has a `max_cost_usd`.
 */
export async function prepareLimits(
  prompts: readonly PromptFile[],
  catalog: Catalog,
  config: Config,
  o: LimitInputs = {},
): Promise<ModelFacts> {
  const counters = new Map<string, TokenCounter>()
  let table: PriceTable | null = null
  const at = o.today === undefined ? new Date() : new Date(`${o.today}T12:00:00Z`)
  const priceOptions = (model: ModelRef) => ({
    at,
    prices: config.prices,
    models: config.models,
    free: isFree(providerOf(model, config), config),
  })
  const known = new Map<string, ModelLimits>()
  const limits = (model: ModelRef): ModelLimits => {
    const key = keyOf(model)
    let found = known.get(key)
    if (!found) known.set(key, (found = usable(catalog.limits(pricedId(model), providerOf(model, config)))))
    return found
  }
  const factors = new Map<string, number>()
  const factorOf = (model: ModelRef): number => {
    const key = keyOf(model)
    let found = factors.get(key)
    if (!found) factors.set(key, (found = tokenFactor(providerOf(model, config), pricedId(model))))
    return found
  }
  const price = (model: ModelRef, usage: { inputTokens: number; outputTokens: number }): number | null => {
    const tokens = { ...usage, cachedInputTokens: 0 }
    return priceWith(table, providerOf(model, config), pricedId(model), tokens, priceOptions(model))
  }
  for (const prompt of prompts) {
    const cap = limitsOf(prompt, config).max_cost_usd
    for (const model of modelsOf(prompt)) {
      if (cap !== undefined && needsPriceTable(providerOf(model, config), pricedId(model), priceOptions(model))) {
        table ??= await loadPriceTable()
      }
      if (counters.has(keyOf(model))) continue
      const passes = (measure: (text: string) => number): boolean => {
        const most = mostOf(prompt, limits(model), factorOf(model), measure, o, config)
        const longest = Math.max(most.inputTokens, most.longestCase)
        if (longest + most.outputTokens > (limits(model).context ?? Infinity)) return true
        return cap !== undefined && (price(model, most) ?? 0) > cap * 1e6
      }
      // Nearly all prompts are told by the length of their texts alone.
      if (!passes((text) => text.length * 2) || !passes(mostTokens)) continue
      const factor = (await o.factorOf?.(prompt)) ?? undefined
      const counter = await tokenCounter(
        { provider: providerOf(model, config), id: pricedId(model) },
        { encoding: limits(model).encoding, ...(factor === undefined ? {} : { factor }) },
      )
      counters.set(keyOf(model), counter)
    }
  }
  return {
    limits,
    count(text, model) {
      const counter = counters.get(keyOf(model))
      if (counter) return counter(text)
      return { tokens: Math.ceil(mostTokens(text) * factorOf(model)), exact: false }
    },
    priceOf: price,
  }
}

/** Where an answer may fill the whole window, its length says nothing about whether a request fits. */
const usable = (limits: ModelLimits): ModelLimits =>
  (limits.maxOutput ?? 0) >= (limits.context ?? Infinity) ? { ...limits, maxOutput: null } : limits

const providerOf = (model: ModelRef, config: Config): string => model.provider ?? config.defaults.provider

const keyOf = (model: ModelRef): string => `${model.provider ?? ''}\n${pricedId(model)}`

const modelsOf = (prompt: PromptFile): ModelRef[] => [
  prompt.model,
  ...prompt.fallbacks.map(({ model }) => model),
  ...prompt.tiers.map(({ model }) => model),
]

const isFree = (provider: string, config: Config): boolean =>
  providerSettings(provider, config.providers[provider]).price === 'none'

/** The most that a request can take without a count: where this fits a limit, no tokenizer is loaded. */
function mostOf(
  prompt: PromptFile,
  model: ModelLimits,
  factor: number,
  measure: (text: string) => number,
  o: LimitInputs,
  config: Config,
) {
  const { max_input_tokens: cap, max_output_tokens: answer } = limitsOf(prompt, config)
  const asked = prompt.parameters['max_tokens']
  let fixed = 0
  for (const { template } of prompt.messages) fixed += measure(template)
  for (const part of [prompt.outputSchema, prompt.tools]) if (part) fixed += measure(JSON.stringify(part))
  fixed *= factor
  const inputs = Object.values(prompt.inputs ?? {}).reduce((sum, input) => sum + (input.max_tokens ?? 0), 0)
  return {
    inputTokens: Math.ceil(Math.min(fixed + inputs, cap ?? Infinity)),
    outputTokens: answer ?? (typeof asked === 'number' ? asked : (model.maxOutput ?? 0)),
    longestCase: Math.ceil(fixed + longestCase(o.goldens?.get(prompt.path)?.set, measure) * factor),
  }
}

function longestCase(set: GoldenSet | null | undefined, measure: (text: string) => number): number {
  let longest = 0
  for (const { vars } of set?.cases ?? []) {
    let tokens = 0
    for (const value of Object.values(vars))
      tokens += measure(typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? ''))
    longest = Math.max(longest, tokens)
  }
  return longest
}
