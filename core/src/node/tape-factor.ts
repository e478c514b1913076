import { calibration, tokenCounter, tokenFactor } from '../catalog/tokens.ts'
import { pricedId } from '../catalog/price.ts'
import { buildRequest, type Side } from '../eval/request.ts'
import type { Case } from '../registry/golden.ts'
import type { Config } from '../registry/config.ts'
import { adapterName, providerSettings } from '../registry/presets.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import { requestKey } from '../tape/key.ts'
import type { TapeLine } from '../tape/line.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * How many tokens the provider counted for what is one token of OpenAI's tokenizer, from the answers on the tape. Their
 * requests are rendered again, because a tape does not hold them. null: OpenAI's own model, or fewer than 20 answers.
 */
export async function tapeFactor(
  side: Side,
  cases: readonly Case[],
  lines: readonly TapeLine[],
): Promise<number | null> {
  const { model } = side.prompt
  const provider = model.provider ?? null
  if (lines.length < 20 || tokenFactor(provider, pricedId(model)) === 1) return null
  const count = await tokenCounter({ provider, id: pricedId(model) }, { encoding: 'o200k_base' })
  const used = new Map(lines.map((line) => [line.k, line.usage?.in ?? 0]))
  const pairs = cases.flatMap((c) => {
    const built = buildRequest(side, c, 0)
    const input = built.ok ? used.get(requestKey(built.request)) : undefined
    if (!built.ok || !input) return []
    const text = built.request.messages.map((message) => message.content).join('\n')
    const schema = built.request.responseFormat ?? built.request.tools
    return { counted: count(schema === undefined ? text : `${text}\n${JSON.stringify(schema)}`).tokens, used: input }
  })
  return calibration(pairs)
}

/** `tapeFactor` for the prompts of a registry. */
export const tapeFactors =
  (snapshot: Pick<Snapshot, 'goldens' | 'tapes'>, config: Config, today: string) =>
  async (prompt: PromptFile): Promise<number | null> => {
    const provider = prompt.model.provider ?? config.defaults.provider
    const adapter = adapterName(providerSettings(provider, config.providers[provider]))
    const side: Side = { side: 'head', prompt, adapter, model: prompt.model.deployment ?? prompt.model.id, today }
    const cases = snapshot.goldens.get(prompt.path)?.set?.cases ?? []
    return tapeFactor(side, cases, snapshot.tapes.get(prompt.name)?.lines ?? [])
  }
