import { isJsonObject } from '../text/json.ts'
import type { JsonObject } from '../text/json.ts'

/** How a provider is reached. Rows of data: another OpenAI-compatible host is a row here, or a block in assay.yaml, and no code. */
export type ProviderSettings = {
  id: string
  base_url: string | null
  adapter: 'responses' | 'chat'
  /** Name of the environment variable that holds the key; null: the endpoint takes none. */
  api_key_env: string | null
  auth: 'bearer' | 'key'
  /** `none`: self-hosted, $0. */
  price: 'catalog' | 'none'
  namespace: string | null
  api_version: string | null
  concurrency: number
  retries: number
  timeout_ms: number
}

type Preset = Pick<ProviderSettings, 'base_url' | 'adapter' | 'api_key_env'> & Partial<ProviderSettings>

const presets: Record<string, Preset> = {
  openai: { base_url: 'https://api.openai.com/v1', adapter: 'responses', api_key_env: 'OPENAI_API_KEY' },
  google: {
    base_url: 'https://generativelanguage.googleapis.com/v1beta/openai',
    adapter: 'chat',
    api_key_env: 'GEMINI_API_KEY',
  },
  mistral: { base_url: 'https://api.mistral.ai/v1', adapter: 'chat', api_key_env: 'MISTRAL_API_KEY' },
  groq: { base_url: 'https://api.groq.com/openai/v1', adapter: 'chat', api_key_env: 'GROQ_API_KEY' },
  openrouter: { base_url: 'https://openrouter.ai/api/v1', adapter: 'chat', api_key_env: 'OPENROUTER_API_KEY' },
  xai: { base_url: 'https://api.x.ai/v1', adapter: 'chat', api_key_env: 'XAI_API_KEY' },
  deepseek: { base_url: 'https://api.deepseek.com/v1', adapter: 'chat', api_key_env: 'DEEPSEEK_API_KEY' },
  ollama: { base_url: 'http://localhost:11434/v1', adapter: 'chat', api_key_env: null, price: 'none' },
  litellm: { base_url: null, adapter: 'chat', api_key_env: 'LITELLM_API_KEY' },
  azure: { base_url: null, adapter: 'responses', api_key_env: 'AZURE_OPENAI_API_KEY' },
}

/** Ids of the providers that need no block in assay.yaml. */
export const presetIds: readonly string[] = Object.keys(presets)

/** True for an address on this machine: such an endpoint costs nothing unless assay.yaml says otherwise. */
export function isLoopback(url: string): boolean {
  try {
    const host = new URL(url).hostname
    return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
  } catch {
    return false
  }
}

/**
 * The settings of a provider: its block in assay.yaml over its preset. A provider that is neither gets the chat adapter
 * and no address, so that its recorded answers can still be replayed.
 */
export function providerSettings(id: string, block: Partial<Omit<ProviderSettings, 'id'>> = {}): ProviderSettings {
  const settings: ProviderSettings = {
    id,
    base_url: null,
    adapter: 'chat',
    api_key_env: null,
    auth: 'bearer',
    price: 'catalog',
    namespace: null,
    api_version: null,
    concurrency: 8,
    retries: 3,
    timeout_ms: 60_000,
    ...(Object.hasOwn(presets, id) ? presets[id] : {}),
  }
  for (const [name, value] of Object.entries(block)) {
    if (value !== undefined && value !== null) Object.assign(settings, { [name]: value })
  }
  // A preset says itself what it costs.
  const isFree = block.price === undefined && !!block.base_url && isLoopback(block.base_url)
  return isFree ? { ...settings, price: 'none' } : settings
}

/** The adapter's name and version, part of every request key: `openai.chat/1`, with `#namespace` when one is set. */
export const adapterName = (settings: Pick<ProviderSettings, 'adapter' | 'namespace'>): string =>
  `openai.${settings.adapter}/1${settings.namespace ? `#${settings.namespace}` : ''}`

/** What adapters cannot send; the row of the adapter's file. A silently dropped parameter would mean another request than production's. */
const unsent: Record<string, { names: string[]; formats?: string[]; maxTemperature?: number }> = {
  responses: { names: ['stop', 'seed', 'presence_penalty', 'frequency_penalty'] },
  anthropic: {
    names: ['seed', 'presence_penalty', 'frequency_penalty'],
    formats: ['json_object'],
    maxTemperature: 1,
  },
}

/** A parameter that will not be sent: itself, a `value` of it, or a value over `most`. */
export type Unsent = { name: string; value?: string | number; most?: number }

/** The parameters of a request that an adapter cannot send. */
export function unsentParameters(adapter: string, parameters: JsonObject): Unsent[] {
  const row = Object.hasOwn(unsent, adapter) ? unsent[adapter]! : null
  if (!row) return []
  const { response_format: format, temperature } = parameters
  const type = isJsonObject(format) ? format.type : format
  return [
    ...row.names.filter((name) => Object.hasOwn(parameters, name)).map((name) => ({ name })),
    ...(typeof type === 'string' && row.formats?.includes(type) ? [{ name: 'response_format', value: type }] : []),
    ...(typeof temperature === 'number' && row.maxTemperature !== undefined && temperature > row.maxTemperature
      ? [{ name: 'temperature', value: temperature, most: row.maxTemperature }]
      : []),
  ]
}
