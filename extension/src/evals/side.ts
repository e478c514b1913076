import {
  adapterName,
  providerSettings,
  requestKey,
  toAnswer,
  type Ask,
  type Config,
  type PromptFile,
  type ProviderSettings,
  type Side,
  type TapeLine,
} from '@assay/core'

/** One version of a prompt as production asks it. */
export function sideOf(side: Side['side'], prompt: PromptFile, config: Config, today: string): Side {
  const provider = prompt.model.provider ?? config.defaults.provider
  const settings = providerSettings(provider, config.providers[provider] as Partial<ProviderSettings>)
  return { side, prompt, adapter: adapterName(settings), model: prompt.model.deployment ?? prompt.model.id, today }
}

/** Why a case has no answer: nothing is asked here, so there is one reason. */
export const notRecorded = 'no recorded answer for this text'

/** Answers from tapes alone, the first tape that has the request first. Asks nobody. */
export function replayAsk(tapes: readonly (readonly TapeLine[])[]): Ask {
  const byKey = new Map<string, TapeLine>()
  for (const line of tapes.flat()) if (!byKey.has(line.k)) byKey.set(line.k, line)
  return async (request) => {
    const line = byKey.get(requestKey(request))
    return line
      ? { ok: true, answer: toAnswer(line, 'recorded'), costMicroUsd: null }
      : { ok: false, why: 'missing', reason: notRecorded }
  }
}
