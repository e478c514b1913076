import { estimateTokenCount } from 'tokenx'
import { encodingOf, type EncodingName } from './limits.ts'
import { resolveId } from './provider.ts'
import { countInPieces } from './runs.ts'

/** A count of tokens; `exact`: the model's own tokenizer counted the unbroken text. Else it is printed with `~`. */
export type TokenCount = { tokens: number; exact: boolean }

/** Counts at once, once a tokenizer is loaded. */
export type TokenCounter = (text: string) => TokenCount

/** About how many tokens a text has, for live typing and for bounds on cost. Linear in the text. */
export function estimateTokens(text: string): { tokens: number; exact: false } {
  return { tokens: countInPieces(text, estimateTokenCount).tokens, exact: false }
}

/**
 * The most tokens that a text can be taken to have without a tokenizer: no count is loaded when this already fits a limit.
 * Scripts outside ASCII and signs need more tokens for a character than words do, so they count for two.
 */
export function mostTokens(text: string): number {
  if (!beyondAscii.test(text)) return Math.ceil(text.length / 1.5)
  let units = 0
  for (let at = 0; at < text.length; at++) units += text.charCodeAt(at) > 127 ? 3 : 1
  return Math.ceil(units / 1.5)
}

const beyondAscii = /[\u0080-\uffff]/

/** How many tokens others make of what is one token of OpenAI's newest tokenizer; theirs are not published as code. */
const factors: ReadonlyMap<string, number> = new Map([
  ['anthropic', 1.35],
  ['google', 1.25],
  ['mistral', 1.2],
  ['llama', 1.2],
])
const otherFactor = 1.35

/** The factor of a model over `o200k_base`; 1 for OpenAI's own. */
export function tokenFactor(provider: string | null, id: string): number {
  if (encodingOf(provider, id) !== null) return 1
  const vendor = vendorOf(provider, id)
  return vendor === 'openai' ? 1 : (factors.get(vendor) ?? otherFactor)
}

/** Who made the weights, as far as an id of another host says so. */
function vendorOf(provider: string | null, id: string): string {
  const name = id.toLowerCase()
  if (name.includes('llama')) return 'llama'
  if (/gpt-oss|\bopenai[./]/.test(name)) return 'openai'
  if (name.includes('claude')) return 'anthropic'
  if (/gemini|gemma/.test(name)) return 'google'
  if (/(?:mis|mix|minis|magis)tral/.test(name)) return 'mistral'
  return provider ?? ''
}

/** A tokenizer, loaded by the first count that needs it: 1 to 3 MB. null: the optional package is not installed. */
const loaders: Record<EncodingName, () => Promise<{ countTokens: Count }>> = {
  o200k_base: () => import('gpt-tokenizer/encoding/o200k_base'),
  cl100k_base: () => import('gpt-tokenizer/encoding/cl100k_base'),
}

type Count = (text: string, o: { disallowedSpecial: Set<string> }) => number

/**
 * The counter of a model. Without the package it estimates. `factor` is what the tape has shown (`calibration`); `encoding`
 * is what assay.yaml names.
 */
export async function tokenCounter(
  model: { provider: string | null; id: string },
  o: { encoding?: EncodingName | null; factor?: number; load?: (name: EncodingName) => Promise<Count> } = {},
): Promise<TokenCounter> {
  const { provider, id } = resolveId(model.id, model.provider)
  const own = o.encoding ?? encodingOf(provider, id)
  const factor = own === null ? (o.factor ?? tokenFactor(provider, id)) : 1
  const load = o.load ?? loadEncoding
  const count = await load(own ?? 'o200k_base').catch((error: NodeError) => {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return null
    throw error
  })
  return (text) => {
    // Texts such as <|endoftext|> are text here; without the empty set the tokenizer throws on them.
    const counted = countInPieces(text, (part) => count?.(part, nothingForbidden) ?? estimateTokenCount(part))
    return { tokens: Math.ceil(counted.tokens * factor), exact: count !== null && own !== null && !counted.isCut }
  }
}

type NodeError = Error & { code?: string }

const nothingForbidden = { disallowedSpecial: new Set<string>() }

const loadEncoding = async (name: EncodingName): Promise<Count> => (await loaders[name]()).countTokens

/** How many tokens a text has for a model. */
export async function countTokens(
  text: string,
  model: { provider: string | null; id: string },
  o: { encoding?: EncodingName | null; factor?: number } = {},
): Promise<TokenCount> {
  return (await tokenCounter(model, o))(text)
}

const fewestAnswers = 20

/**
 * The factor that the tape shows for a model without published tokenizer: 95th percentile of what the provider counted
 * over what `o200k_base` counts, never below 1. null with fewer than 20 answers.
 */
export function calibration(pairs: readonly { counted: number; used: number }[]): number | null {
  const ratios = pairs
    .filter(({ counted, used }) => counted > 0 && used > 0)
    .map(({ counted, used }) => used / counted)
    .toSorted((a, b) => a - b)
  if (ratios.length < fewestAnswers) return null
  return Math.max(1, ratios[Math.ceil(ratios.length * 0.95) - 1]!)
}
