import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { apiParameters, readResponseFormat, readTools } from './schema-format.ts'
import { list, object, text } from './source.ts'
import type { Source } from './source.ts'

/** `openai:chat:gpt-4o` as a model; null for what is no model of a provider (scripts, HTTP endpoints). */
export function modelOfProvider(id: string): Json | null {
  const match = /^([a-z][a-z0-9_-]*):(?:(chat|completion|messages|responses|embedding):)?(.+)$/.exec(id)
  if (!match) return null
  const [, provider = '', kind, model = ''] = match
  if (/^(file|exec|python|https?|ws|webhook|golang|browser|package|promptfoo|sequence|echo)$/.test(provider))
    return null
  if (kind === 'embedding' || model.includes('://')) return null
  if (provider === 'azure' || provider === 'azureopenai') return { provider: 'azure', id: model }
  return `${provider}/${model}`
}

type Provider = { id: string; config: JsonObject; at: string; written: Json }

/** The providers of a config in its three ways of writing them: id, `{id, config}`, `{id: {config}}`. */
export function providersOf(value: JsonObject): Provider[] {
  const written = value['providers'] ?? value['targets'] ?? []
  const at = value['providers'] === undefined && value['targets'] !== undefined ? '/targets' : '/providers'
  return (Array.isArray(written) ? written : [written]).flatMap((each, index): Provider[] => {
    const pointer = Array.isArray(written) ? `${at}/${index}` : at
    if (typeof each === 'string') return [{ id: each, config: {}, at: pointer, written: each }]
    const { id, config } = object(each)
    if (typeof id === 'string') return [{ id, config: object(config), at: pointer, written: each }]
    return Object.entries(object(each)).map(([key, inner]) => ({
      id: key,
      config: object(object(inner)['config']),
      at: `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      written: each,
    }))
  })
}

export type ProviderParts = {
  model?: Json
  parameters: JsonObject
  tools: JsonObject[]
  schema?: JsonObject
  toolChoice?: string
}

/** The first provider that is a model becomes the prompt's; the others are kept and said. */
export function readProviders(source: Source, value: JsonObject): ProviderParts {
  const parts: ProviderParts = { parameters: {}, tools: [] }
  const others: Json[] = []
  for (const { id, config, at, written } of providersOf(value)) {
    const model = modelOfProvider(id)
    if (model === null || parts.model !== undefined) {
      others.push(written)
      const why = model === null ? 'is no model that can be named here' : 'is a second model: a prompt file has one'
      source.lose(at, `The provider "${id}" ${why}; kept under x-import.`)
      continue
    }
    parts.model = model
    source.kept['provider'] = id
    readConfig(source, config, `${at}/config`, parts)
    const label = text(object(written)['label'])
    if (label !== undefined) source.keep(`${at}/label`, label)
  }
  if (others.length > 0) source.kept['providers'] = others
  return parts
}

function readConfig(source: Source, config: JsonObject, at: string, parts: ProviderParts): void {
  for (const [key, value] of Object.entries(config)) {
    if (key === 'tools') {
      const read = readTools(list(value))
      parts.tools = read.tools
      if (read.others.length > 0 || !Array.isArray(value)) source.keep(`${at}/tools`, value)
    } else if (key === 'tool_choice' && typeof value === 'string') parts.toolChoice = value
    else if (key === 'response_format' && readResponseFormat(value).responseFormat !== undefined) {
      const read = readResponseFormat(value)
      parts.parameters['response_format'] = read.responseFormat!
      if (read.wrapper) source.kept['wrapper'] = read.wrapper
      if (read.schema) parts.schema = read.schema
    } else if (apiParameters.has(key) && !isJsonObject(value)) parts.parameters[key] = value
    else source.keep(`${at}/${key}`, value)
  }
}
