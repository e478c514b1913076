import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { readResponseFormat, readTools } from './schema-format.ts'
import { list, object, text } from './source.ts'
import type { Source } from './source.ts'

/** `model.options` of version 2 in our words; what is not here goes by its own name. */
export const optionNames: Record<string, string> = {
  maxOutputTokens: 'max_tokens',
  maxTokens: 'max_tokens',
  topP: 'top_p',
  topK: 'top_k',
  stopSequences: 'stop',
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
  reasoningEffort: 'reasoning_effort',
}

/** The model of either version: an Azure deployment becomes the object form, everything that reaches a host is kept aside. */
export function readModel(source: Source, model: JsonObject): Json | undefined {
  const configuration = object(model['configuration'])
  const connection = object(model['connection'])
  const type = text(configuration['type']) ?? text(model['provider']) ?? ''
  const own = text(model['azure_deployment'])
  const deployment = text(configuration['azure_deployment']) ?? text(connection['azure_deployment']) ?? own
  const version = text(configuration['api_version'])
  const where = configuration['azure_deployment'] === undefined && deployment !== own ? 'connection' : 'configuration'
  for (const [key, value] of Object.entries(configuration)) {
    if (key === 'type' || key === 'azure_deployment' || (key === 'api_version' && deployment !== undefined)) continue
    if (key === 'name' && deployment === undefined) continue
    source.keep(`/model/configuration/${key}`, value, elsewhere(`model.configuration.${key}`))
  }
  for (const [key, value] of Object.entries(connection)) {
    if (key === 'azure_deployment') continue
    source.keep(`/model/connection/${key}`, value, elsewhere(`model.connection.${key}`))
  }
  if (type !== '' && configuration['type'] !== undefined) source.kept['type'] = type
  if (deployment !== undefined) {
    source.kept['deployment'] = own === deployment ? 'model' : where
    return { provider: 'azure', id: deployment, ...(version === undefined ? {} : { api_version: version }) }
  }
  const id = text(model['id']) ?? text(configuration['name'])
  const provider = providerOf(type)
  if (id === undefined) return undefined
  return provider === undefined ? id : { provider, id }
}

const elsewhere = (what: string): string =>
  `${what}: endpoints and keys belong into assay.yaml, under providers; kept under x-import.`

const providerOf = (type: string): string | undefined =>
  type === '' ? undefined : /azure/i.test(type) ? 'azure' : type.toLowerCase()

/** `parameters` (version 1, names of the API) or `options` (version 2, camel case) with tools and response format taken out. */
export function readParameters(
  source: Source,
  model: JsonObject,
): {
  parameters: JsonObject
  tools: JsonObject[]
  toolChoice?: string
  schema?: JsonObject
} {
  const parameters: JsonObject = {}
  let tools: JsonObject[] = []
  let schema: JsonObject | undefined
  let toolChoice: string | undefined
  for (const part of ['parameters', 'options']) {
    for (const [key, value] of Object.entries(object(model[part]))) {
      if (key === 'tools') {
        const read = readTools(list(value))
        tools = read.tools
        if (read.others.length > 0) source.keep(`/model/${part}/tools`, read.others)
        source.kept['toolsIn'] = part
      } else if (key === 'tool_choice' && typeof value === 'string') toolChoice = value
      else if (key === 'response_format') {
        const read = readResponseFormat(value)
        if (read.responseFormat === undefined) source.keep(`/model/${part}/response_format`, value)
        else parameters['response_format'] = read.responseFormat
        if (read.wrapper) source.kept['wrapper'] = read.wrapper
        schema = read.schema ?? schema
      } else {
        const name = Object.hasOwn(optionNames, key) ? optionNames[key]! : key
        if (/[A-Z]/.test(name) || isJsonObject(value)) source.keep(`/model/${part}/${key}`, value)
        else parameters[name] = value
      }
    }
  }
  return {
    parameters,
    tools,
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(schema === undefined ? {} : { schema }),
  }
}
