import { makeAsk, type Ask } from '../eval/ask.ts'
import { Ledger } from '../eval/ledger.ts'
import { systemClock } from '../eval/ports.ts'
import type { Side } from '../eval/request.ts'
import { priceOf } from '../catalog/price.ts'
import { estimateTokens } from '../catalog/tokens.ts'
import type { Answer, ModelRequest, Usage } from '../tape/exchange.ts'
import { toTapeLine, type TapeLine } from '../tape/line.ts'
import type { Config } from '../registry/config.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import { adapterName } from '../registry/presets.ts'
import type { Endpoint } from './endpoint.ts'

/** The provider that a prompt names, or the default of assay.yaml. */
export const providerIdOf = (prompt: PromptFile, config: Config): string =>
  prompt.model.provider ?? config.defaults.provider

/** One version of a prompt as it is asked through an endpoint. */
export const sideOf = (
  side: Side['side'],
  prompt: PromptFile,
  endpoint: Endpoint,
  today: string,
  model?: string,
): Side => ({
  side,
  prompt,
  adapter: adapterName(endpoint.settings),
  model: model ?? prompt.model.deployment ?? prompt.model.id,
  today,
})

export type AskSetup = {
  prompt: PromptFile
  config: Config
  endpoint: Endpoint
  ledger: Ledger
  /** Takes each new answer as soon as it arrives. */
  keep(line: TapeLine): Promise<void>
  signal: AbortSignal
  by: string
  concurrency?: number
  find(request: ModelRequest, caseId: string): Promise<Answer | undefined>
}

/** Puts the ports of one prompt together: recorded answers, provider, money, and a place that loses no answer. */
export function askFor(setup: AskSetup): Ask {
  const { prompt, config, endpoint, ledger } = setup
  const provider = providerIdOf(prompt, config)
  const isFree = endpoint.settings.price === 'none'
  let seed = 1
  return makeAsk({
    find: setup.find,
    provider: endpoint.provider,
    missing: endpoint.missing,
    keep: (answer, caseId, i) => setup.keep(toTapeLine(answer, caseId, i)),
    ledger,
    price: (usage) =>
      priceOf(provider, prompt.model.id, usage, { at: new Date(), prices: config.prices, free: isFree }),
    bound: (request) => upperUsage(request, prompt),
    clock: systemClock,
    signal: setup.signal,
    concurrency: setup.concurrency ?? endpoint.settings.concurrency,
    retries: endpoint.settings.retries,
    timeoutMs: Math.min(endpoint.settings.timeout_ms, prompt.limits.timeout_ms ?? Infinity),
    random: () => {
      // A small linear generator: jitter must differ between tries, nothing more.
      seed = (seed * 48_271) % 2_147_483_647
      return seed / 2_147_483_647
    },
    by: setup.by,
  })
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

// The estimate of a foreign tokenizer may be a third too low; a reservation must not be.
const safety = 1.5

/** The most that a request can use: its estimated input with a margin, and its output limit (1,024 without one). */
export function upperUsage(request: ModelRequest, prompt: PromptFile): Usage {
  const longest = numberOf(prompt.parameters['max_tokens']) ?? prompt.limits.max_output_tokens ?? 1_024
  const text =
    request.messages.map((message) => message.content).join('\n') + JSON.stringify(request.responseFormat ?? '')
  const inputTokens = Math.ceil(estimateTokens(text).tokens * safety)
  return { inputTokens, cachedInputTokens: 0, outputTokens: longest, reasoningTokens: 0 }
}
