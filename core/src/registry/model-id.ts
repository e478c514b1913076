import { presetIds } from './presets.ts'

const aliases: Record<string, string> = {
  vertexai: 'vertex',
  vertex_ai: 'vertex',
  gemini: 'google',
  mistralai: 'mistral',
  'x-ai': 'xai',
  huggingface: 'hf',
}

/** Providers whose own ids contain slashes, so that a prefix of another provider may be part of the id. */
const slashIds = new Set(['openrouter', 'hf', 'vllm', 'ollama', 'groq', 'together', 'fireworks', 'cerebras'])

const knownIds = new Set([
  ...presetIds,
  ...slashIds,
  'openai',
  'azure',
  'anthropic',
  'google',
  'vertex',
  'bedrock',
  'mistral',
  'cohere',
  'deepseek',
  'xai',
  'local',
])

/** A model id with its provider taken apart; `conflict` when the prefix and the `provider` field name two providers. */
export type SplitModel = { provider: string | undefined; id: string; conflict?: { prefix: string; field: string } }

/**
 * Splits `openai/gpt-4o` (also `openai:gpt-4o`) and finds the provider: prefix, then the field, then the family of the
 * id, then the default (REGISTRY 5). A prefix that is no known provider stays part of the id.
 */
export function splitModel(
  text: string,
  o: { field?: string; default?: string; known?: readonly string[] } = {},
): SplitModel {
  const id = text.trim()
  const field = o.field === undefined ? undefined : providerId(o.field)
  if (
    field === undefined &&
    (id.startsWith('~') ||
      (id.includes('/') && /^[^/:]+\/[^/:]+:(free|nitro|floor|online|exacto|thinking|extended)$/.test(id)))
  ) {
    return { provider: 'openrouter', id }
  }
  const match = /^([A-Za-z][A-Za-z0-9_-]*)[/:](.+)$/s.exec(id)
  const prefix = match && isKnown(match[1]!, o.known) ? providerId(match[1]!) : undefined
  if (prefix === undefined || match === null) return { provider: field ?? familyOf(id) ?? o.default, id }
  if (field === undefined || field === prefix) return { provider: prefix, id: match[2]! }
  if (slashIds.has(field)) return { provider: field, id }
  return { provider: prefix, id: match[2]!, conflict: { prefix: match[1]!, field: o.field! } }
}

const isKnown = (word: string, known: readonly string[] = []): boolean =>
  Object.hasOwn(aliases, word) || knownIds.has(word) || known.includes(word)

/** The one spelling of a provider: `gemini` is `google`. */
export const providerId = (word: string): string => (Object.hasOwn(aliases, word) ? aliases[word]! : word)

const bedrockVendors =
  'anthropic|amazon|meta|mistral|cohere|ai21|deepseek|openai|qwen|stability|writer|moonshot|nvidia|twelvelabs|luma'

const families: [RegExp, string][] = [
  [new RegExp(`^(?:(?:us|eu|apac|jp|au|global|us-gov)\\.)?(?:${bedrockVendors})\\.`), 'bedrock'],
  [/^arn:aws[a-z-]*:bedrock:/, 'bedrock'],
  [/^claude.*@/, 'vertex'],
  [/^claude/, 'anthropic'],
  [/^(?:models\/)?gemini-/, 'google'],
  [/^(?:text-embedding-00\d|text-multilingual-embedding-)/, 'vertex'],
  [/^(?:(?:open-)?mistral|mixtral|ministral|magistral|codestral|devstral|pixtral|voxtral|labs-)/, 'mistral'],
  [/^(?:command|c4ai|embed-|rerank)/, 'cohere'],
  [/^deepseek/, 'deepseek'],
  [/^grok/, 'xai'],
  [/^(?:gpt-|o\d|chatgpt-|codex-|text-embedding-|whisper|tts-|dall-e|omni-|computer-use|chat-latest|ft:)/, 'openai'],
]

/** The provider that an id without prefix belongs to by its shape; undefined for `vendor/model` and unknown names. */
export function familyOf(id: string): string | undefined {
  if (id.includes('/') && !id.startsWith('models/') && !id.startsWith('arn:')) return undefined
  return families.find(([pattern]) => pattern.test(id))?.[1]
}
