import { semverPattern } from '../registry/prompt-shape.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import type { Use } from './blocks.ts'
import { joinBody, splitBody } from './body.ts'
import type { Cut, History } from './body.ts'
import { adopt, inputsFor, standInModel, writeDrafts } from './draft.ts'
import type { DraftMessage } from './draft.ts'
import { fileStem, outgoing, withKept } from './export-common.ts'
import type { Outgoing } from './export-common.ts'
import type { ExportedFiles, ExportGolden, Format, ImportOptions, Imported } from './format.ts'
import { readFrontMatter, writeFrontMatter } from './front-matter.ts'
import { handlebarsToMustache } from './handlebars.ts'
import { fromMustache, handlebars } from './mustache-out.ts'
import { isStrict, picoToSchema } from './picoschema.ts'
import { defined, keepOthers, object, text } from './source.ts'
import type { Source } from './source.ts'

const mark = /\{\{\s*role\s+["'](\w+)["']\s*\}\}/g
const hole = /\{\{\s*(?:media|history|section)\b[^{}]*\}\}/g
const names: Record<string, string> = {
  temperature: 'temperature',
  maxOutputTokens: 'max_tokens',
  topP: 'top_p',
  topK: 'top_k',
  stopSequences: 'stop',
}
const formats: Record<string, string> = { json: 'json_object', text: 'text' }

/** Google's `.prompt` (dotprompt). */
export const dotprompt: Format = {
  id: 'dotprompt',
  title: () => 'dotprompt',
  looksLike: (path, file) =>
    path.endsWith('.prompt') || (file.startsWith('---') && /\{\{\s*(role\s+["']|#(if|each|unless)\b)/.test(file)),
  import: importDotprompt,
  export: exportDotprompt,
}

function importDotprompt(path: string, file: string, o: ImportOptions): Imported {
  const opened = readFrontMatter(path, file, o)
  if (!opened.ok) return opened
  const { source, head, body, bodyAt } = opened
  const parameters: JsonObject = {}
  for (const [key, value] of Object.entries(object(head['config']))) {
    if (Object.hasOwn(names, key)) parameters[names[key]!] = value
    else source.keep(`/config/${key}`, value)
  }
  const input = object(head['input'])
  const inputs = readInputs(source, input)
  const output = object(head['output'])
  const outputFormat = text(output['format'])
  const schema = readSchema(source, '/output/schema', output['schema'])
  if (outputFormat !== undefined && Object.hasOwn(formats, outputFormat)) {
    // Strict output needs every property required; a schema with optional ones is checked, but not enforced.
    parameters['response_format'] = schema && isStrict(schema) ? 'json_schema' : formats[outputFormat]!
    source.kept['outputFormat'] = outputFormat
  } else if (outputFormat !== undefined) source.keep('/output/format', outputFormat)
  source.kept['source'] = defined({ input: input['schema'], output: output['schema'] })
  if (Object.keys(object(source.kept['source'])).length === 0) delete source.kept['source']
  const version = text(head['version'])
  const isSemver = version !== undefined && semverPattern.test(version)
  if (version !== undefined && !isSemver)
    source.keep('/version', version, `version "${version}" is not MAJOR.MINOR.PATCH; kept under x-import.`)
  keepOthers(source, '', head, ['name', 'description', 'version', 'model', 'config', 'input', 'output'])
  keepOthers(source, '/input', input, ['schema', 'default'])
  keepOthers(source, '/output', output, ['format', 'schema'])

  const { messages, uses } = readBody(source, body, bodyAt, inputs)
  return writeDrafts(source, 'dotprompt', [
    {
      ...defined({
        title: text(head['name']),
        description: text(head['description']),
        model: readModel(source, head['model']),
      }),
      ...(isSemver ? { version } : {}),
      parameters,
      messages,
      inputs: inputsFor(inputs, uses),
      ...(schema === undefined ? {} : { outputSchema: schema }),
    },
  ])
}

function readBody(source: Source, body: string, bodyAt: number, inputs: JsonObject) {
  const cuts: Cut[] = [...body.matchAll(hole)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }))
  const { messages, history, unknown } = splitBody(body, bodyAt, mark, 'user', cuts)
  for (const { role, span } of unknown) {
    if (role !== 'model') source.refuse(span, `The role "${role}" has no place in a prompt file: system, user, model.`)
  }
  for (const { span, text: cut } of history)
    source.lose(
      span,
      `"${cut}" is left out: pictures, history and sections have no place in a message. Kept under x-import.`,
    )
  if (history.length > 0) source.kept['history'] = history.map(({ after, text: cut }) => ({ after, text: cut }))
  const uses = new Map<string, Use>()
  const isList = (name: string): boolean => {
    const spec = inputs[source.names.of(name)]
    return spec === 'array' || object(spec ?? null)['type'] === 'array'
  }
  const done = messages.map(({ role, content, place }): DraftMessage => {
    const converted = handlebarsToMustache(content, source.names, isList)
    for (const [name, use] of converted.uses) if (uses.get(name) !== 'list') uses.set(name, use)
    return { role, content: adopt(source, converted, place) }
  })
  if (messages.length === 0) source.refuse({ start: bodyAt, end: bodyAt }, 'There is no text below the front matter.')
  return { messages: done, uses }
}

/** Genkit's prefix for Gemini; the way back is kept. */
function readModel(source: Source, written: Json | undefined): string | undefined {
  const model = text(written)
  if (model?.startsWith('googleai/') !== true) return model
  source.kept['model'] = model
  return ourModel(model)
}

const ourModel = (written: string): string => written.replace(/^googleai\//, 'google/')

const modelOut = ({ modelText }: PromptFile, written: string | undefined): string | undefined =>
  modelText === standInModel
    ? undefined
    : written !== undefined && ourModel(written) === modelText
      ? written
      : modelText

function readInputs(source: Source, input: JsonObject): JsonObject {
  const schema = readSchema(source, '/input/schema', input['schema'])
  const required = new Set((schema?.['required'] ?? []) as string[])
  const inputs: JsonObject = {}
  for (const [name, property] of Object.entries(object(schema?.['properties'] ?? null))) {
    const { type, description, enum: allowed, items, properties } = object(property)
    const kind = typeof type === 'string' && type !== 'null' ? type : allowed === undefined ? undefined : 'string'
    if (kind === undefined) {
      source.lose('/input/schema', `Input "${name}" has no type that a prompt file knows, so it may be any text.`)
    }
    const fallback = object(input['default'])[name]
    const spec = defined({
      type: kind ?? 'string',
      description,
      required: required.has(name) ? undefined : false,
      default: fallback,
      enum: allowed,
      items,
      properties,
    })
    inputs[source.names.of(name)] = Object.keys(spec).length === 1 ? spec['type']! : spec
  }
  for (const [name, value] of Object.entries(object(input['default']))) {
    const legal = source.names.of(name)
    if (!Object.hasOwn(inputs, legal))
      inputs[legal] = {
        type: Array.isArray(value) ? 'array' : isJsonObject(value) ? 'object' : typeof value,
        default: value,
      }
  }
  return inputs
}

function readSchema(source: Source, at: string, written: Json | undefined): JsonObject | undefined {
  if (written === undefined || written === null) return undefined
  const read = picoToSchema(written)
  if (read.ok) return read.schema
  source.keep(at, written, `${at.slice(1).replace('/', '.')} cannot be read: ${read.problem}. Kept under x-import.`)
  return undefined
}

function exportDotprompt(prompt: PromptFile, golden?: ExportGolden): ExportedFiles {
  const out = outgoing(prompt, 'dotprompt', ['output_schema'])
  const { kept, isOwn } = out
  const config: JsonObject = {}
  const { response_format, ...parameters } = prompt.parameters
  for (const [ours, value] of Object.entries(parameters)) {
    const theirs = Object.entries(names).find(([, name]) => name === ours)?.[0]
    if (theirs) config[theirs] = value
    else out.lose(`parameters.${ours} has no place in this format.`)
  }
  if (golden && golden.cases.length > 0) out.lose(`${golden.cases.length} golden cases have no place in this format.`)
  const original = object(kept['source'])
  const format =
    text(kept['outputFormat']) ??
    (response_format === undefined ? undefined : response_format === 'text' ? 'text' : 'json')
  const output = defined({
    format,
    schema:
      original['output'] === undefined ? prompt.outputSchema : sameSchema(original['output'], prompt.outputSchema),
  })
  const input = inputOut(prompt, original['input'], out)
  const head = withKept(
    defined({
      name: isOwn ? kept['title'] : prompt.name,
      description: prompt.description,
      version: prompt.version === '1.0.0' ? undefined : prompt.version,
      model: modelOut(prompt, text(kept['model'])),
      config: Object.keys(config).length > 0 ? config : undefined,
      input: Object.keys(input).length > 0 ? input : undefined,
      output: Object.keys(output).length > 0 ? output : undefined,
    }),
    out.keep,
  )
  const messages = prompt.messages.map(({ role, template }) => ({
    role: role === 'assistant' ? 'model' : role,
    content: fromMustache(prompt, template, handlebars, out.lose),
  }))
  const [only] = messages
  const history = (kept['history'] ?? []) as History[]
  const body =
    messages.length === 1 && only!.role === 'user' && history.length === 0
      ? `${only!.content.replace(/\n$/, '')}\n`
      : joinBody(messages, history, (role) => `{{role "${role}"}}`)
  return {
    files: [{ path: `${fileStem(prompt.name)}.prompt`, text: writeFrontMatter(head, body) }],
    losses: out.losses,
  }
}

/** The short form that the file had, while it still means the prompt's schema. */
function sameSchema(written: Json, schema: Json | undefined): Json | undefined {
  const read = picoToSchema(written)
  return read.ok && JSON.stringify(read.schema) === JSON.stringify(schema) ? written : schema
}

function inputOut(prompt: PromptFile, original: Json | undefined, { kept, isOwn }: Outgoing): JsonObject {
  const written = object(kept['names'])
  const made = new Set(Object.keys(object(kept['conditions'])))
  const rows = Object.entries(prompt.inputs ?? {}).filter(([name]) => !made.has(name))
  const defaults = rows.flatMap(([name, spec]): [string, Json][] =>
    spec.default === undefined ? [] : [[String(written[name] ?? name), spec.default]],
  )
  const properties = Object.fromEntries(
    rows.map(([name, { type, description, enum: allowed, items, properties: inner }]) => [
      String(written[name] ?? name),
      defined({ type, description, enum: allowed, items, properties: inner }),
    ]),
  )
  const required = rows.filter(([, spec]) => spec.required !== false).map(([name]) => String(written[name] ?? name))
  const now: JsonObject = { type: 'object', properties, required, additionalProperties: false }
  const schema = original !== undefined ? original : isOwn || rows.length === 0 ? undefined : now
  return defined({ default: defaults.length > 0 ? Object.fromEntries(defaults) : undefined, schema })
}
