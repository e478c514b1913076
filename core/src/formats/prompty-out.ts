import type { PromptFile } from '../registry/prompt-file.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { joinBody } from './body.ts'
import type { History } from './body.ts'
import { standInModel } from './draft.ts'
import { fileStem, outgoing, titleOf, withKept, writtenVars } from './export-common.ts'
import type { Outgoing } from './export-common.ts'
import type { ExportedFiles, ExportGolden } from './format.ts'
import { writeFrontMatter } from './front-matter.ts'
import { fromMustache, jinja } from './mustache-out.ts'
import { optionNames } from './prompty-model.ts'
import { inputOf, inputsOut, outputSchemaOf, parametersSchema, properties } from './prompty-properties.ts'
import { writeResponseFormat, writeTools } from './schema-format.ts'
import { defined, list, object, text } from './source.ts'

const same = (a: Json | undefined, b: Json | undefined): boolean => JSON.stringify(a) === JSON.stringify(b)

/** A prompt as `.prompty`: version 1 unless it came from version 2. */
export function exportPrompty(prompt: PromptFile, golden?: ExportGolden): ExportedFiles {
  const out = outgoing(prompt, 'prompty', ['tools', 'tool_choice', 'output_schema', 'owners', 'tags'])
  const { kept, isOwn } = out
  const version = kept['version'] === 2 ? 2 : 1
  const people = defined({
    authors: prompt.owners.length > 0 ? prompt.owners : undefined,
    tags: prompt.tags.length > 0 ? prompt.tags : undefined,
    version: prompt.version === '1.0.0' ? undefined : prompt.version,
  })
  const { parameters, outputs } = parametersOut(prompt, version, out)
  const model = {
    ...(isOwn && kept['api'] === undefined ? {} : apiOut(version, text(kept['api']))),
    ...modelOut(prompt, version, kept),
    ...(Object.keys(parameters).length > 0 ? { [version === 2 ? 'options' : 'parameters']: parameters } : {}),
  }
  const isShort = kept['shorthand'] === true && Object.keys(model).length === 1
  const head = defined({
    name: titleOf(prompt, kept),
    description: prompt.description,
    ...(version === 1 ? people : { metadata: Object.keys(people).length > 0 ? people : undefined }),
    api: kept['api'] === 'head' ? 'chat' : undefined,
    model: Object.keys(model).length === 0 ? undefined : isShort ? model['id'] : model,
    ...inputsPart(prompt, version, out),
    outputs,
    tools: version === 2 && kept['toolsIn'] === undefined ? toolsOut(prompt, out) : undefined,
    sample: sampleOut(golden, out),
    template: kept['template'],
  })
  const isMustache = JSON.stringify(kept['template'] ?? '').includes('mustache')
  const messages = prompt.messages.map(({ role, template }) => ({
    role,
    content: isMustache ? template : fromMustache(prompt, template, jinja, out.lose),
  }))
  const body = joinBody(messages, list(kept['history']) as History[], (role) => `${role}:`)
  const merged = withKept(head, out.keep)
  const file =
    kept['instructions'] === true
      ? writeFrontMatter({ ...merged, instructions: body }, '')
      : writeFrontMatter(merged, body)
  return { files: [{ path: `${fileStem(prompt.name)}.prompty`, text: file }], losses: out.losses }
}

const apiOut = (version: 1 | 2, written: string | undefined): JsonObject =>
  written === 'head' ? {} : { [written ?? (version === 2 ? 'apiType' : 'api')]: 'chat' }

/** The inputs as the file had them when nothing changed since, else written anew. */
function inputsPart(prompt: PromptFile, version: 1 | 2, { kept, isOwn }: Outgoing): JsonObject {
  const written = object(kept['source'])
  const key = written['inputSchema'] === undefined ? 'inputs' : 'inputSchema'
  const original = written[key]
  if (original === undefined) {
    // A file without an input block said enough with the names in its text.
    return prompt.inputs === null || isOwn ? {} : { inputs: inputsOut(prompt.inputs, version) }
  }
  const renamed = new Map(Object.entries(object(kept['names'])).map(([to, from]) => [String(from), to]))
  const declared = properties(original).filter(([, property]) => object(property)['kind'] !== 'thread')
  const isUnchanged = declared.every(([name, property]) => {
    const own = prompt.inputs?.[renamed.get(name) ?? name]
    const read = inputOf(property, version)
    return own !== undefined && same(own as Json, isJsonObject(read) ? read : { type: read })
  })
  return { [key]: isUnchanged ? original : inputsOut(prompt.inputs ?? {}, version) }
}

function parametersOut(
  prompt: PromptFile,
  version: 1 | 2,
  { kept, lose }: Outgoing,
): { parameters: JsonObject; outputs: Json | undefined } {
  const parameters: JsonObject = {}
  const { response_format, ...others } = prompt.parameters
  for (const [ours, value] of Object.entries(others)) {
    const theirs = version === 2 ? Object.entries(optionNames).find(([, name]) => name === ours)?.[0] : undefined
    parameters[theirs ?? ours] = value
  }
  const outputs = object(kept['source'])['outputs']
  const isFromOutputs = outputs !== undefined && same(outputSchemaOf(outputs), prompt.outputSchema)
  const schema = isFromOutputs ? undefined : prompt.outputSchema
  const format = writeResponseFormat(response_format, schema, object(kept['wrapper']), prompt.name)
  if (format) parameters['response_format'] = format
  else if (schema !== undefined) lose('output_schema has no place without parameters.response_format: json_schema.')
  const toolsIn = text(kept['toolsIn']) ?? (version === 1 ? 'parameters' : undefined)
  if (prompt.tools && toolsIn !== undefined) parameters['tools'] = writeTools(prompt.tools)
  if (prompt.toolChoice !== undefined) parameters['tool_choice'] = prompt.toolChoice
  return { parameters, outputs: isFromOutputs ? outputs : undefined }
}

function modelOut({ model, modelText, spans }: PromptFile, version: 1 | 2, kept: JsonObject): JsonObject {
  const { provider, id, api_version } = model
  if (id === standInModel) return {}
  const where = text(kept['deployment'])
  if (where === 'model') return { azure_deployment: id }
  if (where === 'connection') return { connection: { azure_deployment: id } }
  const isObject = spans['/model/id'] !== undefined
  if (version === 2 && where === undefined) return isObject ? defined({ id, provider }) : { id: modelText }
  const type = text(kept['type'])
  if (provider === 'azure') return { configuration: defined({ type, azure_deployment: id, api_version }) }
  return { configuration: { type: type ?? provider ?? 'openai', name: id } }
}

function toolsOut(prompt: PromptFile, { kept }: Outgoing): Json | undefined {
  const originals = list(kept['tools']).map(object)
  return prompt.tools?.map((tool) => {
    const { name, description, parameters } = object(tool)
    const original = originals.find((each) => each['name'] === name)
    const isUnchanged =
      original && same(parametersSchema(original['parameters']), parameters) && original['description'] === description
    return isUnchanged ? original : defined({ name, kind: 'function', description, parameters })
  })
}

function sampleOut(golden: ExportGolden | undefined, { kept, keep, lose }: Outgoing): Json | undefined {
  const [first, ...more] = golden?.cases ?? []
  if (first === undefined) return undefined
  if (more.length > 0) lose(`${more.length} of ${more.length + 1} golden cases: a sample is one case.`)
  return typeof keep['sample'] === 'string' ? keep['sample'] : writtenVars(object(first['vars']), kept)
}
