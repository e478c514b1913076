/**
 * Context windows and output limits by provider and id, from two published tables: the model pages of OpenAI as
 * gpt-tokenizer carries them (window and output limit), and @pydantic/genai-prices (window alone) for all others. An id
 * that neither names gets no row: nothing is guessed.
 */
import { findProvider, type MatchLogic, type ModelInfo } from '@pydantic/genai-prices'
import { readFileSync } from 'node:fs'
import * as openaiModels from 'gpt-tokenizer/models'

/** `[context]` from the first source, `[context, max_output]` from the second. */
type Limits = { sources: Record<string, string>; models: Record<string, Record<string, number[]>> }

type Known = { pins: Record<string, Record<string, string[]>>; sole: Record<string, string[]> }

/** Our providers with the price table's name for each, and the channel whose rows name the provider's own ids. */
const tables: readonly { provider: string; table: string; channel: string }[] = [
  { provider: 'anthropic', table: 'anthropic', channel: 'anthropic' },
  { provider: 'bedrock', table: 'aws', channel: '' },
  { provider: 'cohere', table: 'cohere', channel: 'cohere' },
  { provider: 'deepseek', table: 'deepseek', channel: 'deepseek' },
  { provider: 'google', table: 'google', channel: 'gemini-api' },
  { provider: 'groq', table: 'groq', channel: 'groq' },
  { provider: 'mistral', table: 'mistral', channel: 'mistral' },
  { provider: 'openai', table: 'openai', channel: 'openai' },
  { provider: 'xai', table: 'x-ai', channel: 'xai' },
]

export async function collectLimits(
  rows: readonly { channel: string; model: string }[],
  known: Known,
): Promise<Limits> {
  const models: Limits['models'] = {}
  for (const { provider, table, channel } of tables) {
    const own = findProvider({ providerId: table })?.models.filter((model) => model.context_window) ?? []
    const ids = new Set([
      ...rows.filter((row) => row.channel === channel).map((row) => row.model),
      ...Object.entries(known.pins[provider] ?? {}).flatMap(([alias, pins]) => [alias, ...pins]),
      ...(known.sole[provider] ?? []),
      ...own.flatMap((model) => [model.id, ...exactNames(model.match)]),
    ])
    const found = new Map<string, Set<number>>()
    for (const id of ids) {
      const name = provider === 'bedrock' ? bedrockKey(id) : id
      const windows = own.filter((model) => names(model, id)).map((model) => model.context_window!)
      if (windows.length > 0) found.set(name, new Set([...(found.get(name) ?? []), ...windows]))
    }
    // Rows that disagree answer nothing.
    const agreed = [...found].filter(([, windows]) => windows.size === 1)
    models[provider] = Object.fromEntries(agreed.map(([id, windows]) => [id, [...windows]]))
  }
  // What OpenAI's own pages contradict, or only sounds like a model of theirs, stays out.
  for (const id of Object.keys(models['openai']!)) {
    if (/-chat(?:-latest)?$|^gpt-5-\d(?!\d)|^gpt-35|-instruct-/.test(id)) delete models['openai']![id]
  }
  for (const [id, spec] of Object.entries(openaiModels) as [string, Spec][]) {
    if (!spec.context_window || !spec.modalities?.output?.includes('text')) continue
    models['openai']![id] = spec.max_output_tokens
      ? [spec.context_window, spec.max_output_tokens]
      : [spec.context_window]
  }
  return {
    sources: {
      context: `genai-prices ${versionOf('@pydantic/genai-prices')}`,
      max_output: `gpt-tokenizer ${versionOf('gpt-tokenizer')}`,
    },
    models: Object.fromEntries(
      Object.entries(models).map(([provider, table]) => [
        provider,
        Object.fromEntries(
          // Vertex's Claude stands among Google's models in the price table; its ids are looked up as Anthropic's.
          Object.entries(table)
            .filter(([id]) => !notText.test(id) && /^[a-z0-9][a-z0-9._:@/-]*$/i.test(id))
            .filter(([id]) => provider !== 'bedrock' || id.includes('.'))
            .filter(([id]) => provider !== 'google' || id.startsWith('gem'))
            .toSorted(([a], [b]) => (a < b ? -1 : 1)),
        ),
      ]),
    ),
  }
}

/** Speech and pictures have limits that no text counts against; the models before GPT-3.5 are gone. */
const notText =
  /audio|realtime|transcribe|-tts|image|vision|whisper|voxtral|ocr|sonic|^(?:code|text)-(?:ada|babbage|curie|davinci|cushman|search)|^(?:code-|gpt-?2$|ada$|babbage$|curie$|davinci|cushman)/

/** Region and version say where it runs and which revision, not how much it reads: the key of a look-up (catalog/limits.ts). */
const bedrockKey = (id: string): string =>
  id.replace(/^(?:global|regional|us|eu|jp|au)\./, '').replace(/-v\d+(?::\d+)?$|:\d+$/, '')

type Spec = { context_window?: number; max_output_tokens?: number; modalities?: { output?: string[] } }

const exactNames = (match: MatchLogic): string[] =>
  'equals' in match ? [match.equals] : 'or' in match ? match.or.flatMap(exactNames) : []

const names = (model: ModelInfo, id: string): boolean => model.id === id || matches(model.match, id)

/** A prefix or a part counts only when nothing but a version follows it: `gemini-1.5-flash` is not `gemini-1.5-flash-8b`. */
function matches(match: MatchLogic, id: string): boolean {
  if ('equals' in match) return match.equals === id
  if ('or' in match) return match.or.some((each) => matches(each, id))
  if ('regex' in match) return new RegExp(match.regex).test(id)
  const part = 'starts_with' in match ? match.starts_with : 'contains' in match ? match.contains : null
  if (part === null || !id.startsWith(part)) return false
  if (/-20\d\d$/.test(part)) return /^\d{4}$/.test(id.slice(part.length))
  return /^(?:-(?:latest|\d{3}|\d{4}|\d{8}|\d{4}-\d{2}-\d{2}))?(?:-v\d+(?::\d+)?)?$/.test(id.slice(part.length))
}

const versionOf = (name: string): string =>
  JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version
