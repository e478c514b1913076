import { AssayError } from '../errors.ts'
import { makeAsk, type Ask } from '../eval/ask.ts'
import { Ledger } from '../eval/ledger.ts'
import { systemClock } from '../eval/ports.ts'
import type { Side } from '../eval/request.ts'
import { pricedId, priceOf } from '../catalog/price.ts'
import { estimateTokens } from '../catalog/tokens.ts'
import type { Answer, ModelRequest, Usage } from '../tape/exchange.ts'
import { toTapeLine, type TapeLine } from '../tape/line.ts'
import type { Config, gatesOf } from '../registry/config.ts'
import { microUsd } from '../registry/decimal.ts'
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

/** The cap that the golden gate sets for a prompt, in micro-dollars; null: none. */
export const capOf = (gates: ReturnType<typeof gatesOf>): number | null =>
  gates.golden.max_cost_usd === null ? null : microUsd(gates.golden.max_cost_usd)

// An answer with a secret in it is scored from memory and never written.
function lineOf(answer: Answer, caseId: string, i: number, secret: string | null, refused: (why: string) => void) {
  try {
    return toTapeLine(answer, caseId, i, secret === null ? [] : [secret])
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== 'tape-secret') throw error
    refused(error.message)
    return null
  }
}

export type AskSetup = {
  prompt: PromptFile
  config: Config
  endpoint: Endpoint
  ledger: Ledger
  /** Takes each new answer as soon as it arrives. */
  keep(line: TapeLine): Promise<void>
  /** Told in words about an answer that holds a secret and was not recorded. */
  refused(why: string): void
  signal: AbortSignal
  by: string
  /** Another model than the prompt's own, as it is sent. */
  model?: string
  concurrency?: number
  find(request: ModelRequest, caseId: string): Promise<Answer | undefined>
}

/** Puts the ports of one prompt together: recorded answers, provider, money, and a place that loses no answer. */
export function askFor(setup: AskSetup): Ask {
  const { prompt, config, endpoint, ledger } = setup
  let seed = 1
  return makeAsk({
    find: setup.find,
    provider: endpoint.provider,
    missing: endpoint.missing,
    keep: async (answer, caseId, i) => {
      const line = lineOf(answer, caseId, i, endpoint.secret, setup.refused)
      if (line) await setup.keep(line)
    },
    ledger,
    price: pricing(prompt, config, endpoint, setup.model),
    bound: (request) => upperUsage(request, prompt, config),
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

/** What a call of a prompt costs, now, through an endpoint; null: no price is known. */
export const pricing =
  (prompt: PromptFile, config: Config, endpoint: Pick<Endpoint, 'settings'>, model?: string) =>
  (usage: Usage): Promise<number | null> =>
    priceOf(providerIdOf(prompt, config), model ?? pricedId(prompt.model), usage, {
      at: new Date(),
      prices: config.prices,
      models: config.models,
      free: endpoint.settings.price === 'none',
    })

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

// The estimate of a foreign tokenizer may be a third too low; a reservation must not be.
const safety = 1.5

/** The most that a request can use: its estimated input with a margin, and its output limit (1,024 without one). */
export function upperUsage(request: ModelRequest, prompt: PromptFile, config: Pick<Config, 'prices'>): Usage {
  const longest = numberOf(prompt.parameters['max_tokens']) ?? prompt.limits.max_output_tokens ?? 1_024
  const text =
    request.messages.map((message) => message.content).join('\n') + JSON.stringify(request.responseFormat ?? '')
  const inputTokens = Math.ceil(estimateTokens(text).tokens * safety)
  // Every token of the answer may be one of reasoning, which assay.yaml can price higher.
  const { reasoning = 0, output = 0 } = config.prices[prompt.model.id] ?? {}
  return { inputTokens, cachedInputTokens: 0, outputTokens: longest, reasoningTokens: reasoning > output ? longest : 0 }
}
