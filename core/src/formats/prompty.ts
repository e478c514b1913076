import { resolvePath } from '../registry/paths.ts'
import { semverPattern } from '../registry/prompt-shape.ts'
import { parseMustache } from '../registry/template-mustache.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import type { Converted, Use } from './blocks.ts'
import { messageLoops, splitBody } from './body.ts'
import { adopt, inputsFor, neededInputs, sayAlone, writeDrafts } from './draft.ts'
import type { DraftGolden, DraftMessage } from './draft.ts'
import type { Format, ImportOptions, Imported } from './format.ts'
import { readFrontMatter } from './front-matter.ts'
import { jinjaToMustache } from './jinja2.ts'
import type { Names } from './names.ts'
import { readModel, readParameters } from './prompty-model.ts'
import { exportPrompty } from './prompty-out.ts'
import { inputOf, kindOf, outputSchemaOf, parametersSchema, properties, unread } from './prompty-properties.ts'
import { defined, keepOthers, list, object, strings, text, truthy } from './source.ts'
import type { Source } from './source.ts'

const mark =
  /^[ \t]*(?:#[ \t]*)?(system|user|assistant|developer|function|tool)[ \t]*(?:\[[^\]\n]*\][ \t]*)?:[ \t]*\r?$/gim

/** Microsoft's `.prompty`, versions 1 and 2. */
export const prompty: Format = {
  id: 'prompty',
  title(file) {
    const opened = readFrontMatter('', file, { today: '', scorers: [] })
    return opened.ok ? `prompty v${versionOf(opened.head)}` : 'prompty'
  },
  looksLike: (path, file) =>
    path.endsWith('.prompty') || (file.startsWith('---') && file.search(mark) !== -1 && /^model:/m.test(file)),
  import: importPrompty,
  export: exportPrompty,
}

/** Version 2 names the model by id, and has `template`, `metadata`, lists of inputs; version 1 has `configuration`. */
export function versionOf(head: JsonObject): 1 | 2 {
  const model = head['model']
  if (typeof model === 'string' || head['template'] !== undefined || head['inputSchema'] !== undefined) return 2
  const { id, options, connection } = object(model)
  return id !== undefined || options !== undefined || connection !== undefined || head['metadata'] !== undefined ? 2 : 1
}

function importPrompty(path: string, file: string, o: ImportOptions): Imported {
  const opened = readFrontMatter(path, file, o)
  if (!opened.ok) return opened
  const { source, head } = opened
  const version = versionOf(head)
  source.kept['version'] = version
  const model = typeof head['model'] === 'string' ? { id: head['model'] } : object(head['model'])
  if (typeof head['model'] === 'string') source.kept['shorthand'] = true
  const metadata = object(head['metadata'])
  const parts = readParameters(source, model)
  const named = text(head['version']) ?? text(metadata['version'])
  const isSemver = named !== undefined && semverPattern.test(named)
  const api = head['api'] ?? model['api'] ?? model['apiType']
  if (api !== undefined && api !== 'chat')
    source.refuse(source.spans['/model/api'] ? '/model/api' : '/model', `api: ${String(api)} is no chat prompt.`)
  else if (api !== undefined) source.kept['api'] = head['api'] ? 'head' : model['api'] ? 'api' : 'apiType'

  const written = head['inputs'] ?? head['inputSchema']
  const inputs: JsonObject = {}
  const threads: string[] = []
  for (const [name, property] of properties(written)) {
    const at = `/${head['inputs'] === undefined ? 'inputSchema' : 'inputs'}`
    const kind = kindOf(property)
    if (kind === null && object(property)['kind'] === 'thread') threads.push(name)
    else if (kind === null)
      source.refuse(
        at,
        `Input "${name}" is a ${String(object(property)['kind'] ?? object(property)['type'])}: only text, numbers, booleans, lists and objects can be given.`,
      )
    else inputs[source.names.of(name)] = inputOf(property, version)
    if (unread(property).length > 0)
      source.lose(at, `Members of input "${name}" have no place: ${unread(property).join(', ')}.`)
  }
  const body = readBody(opened, version, threads, inputs)
  const all = inputsFor(inputs, body.uses)
  if (written !== undefined || head['outputs'] !== undefined)
    source.kept['source'] = defined({
      inputs: head['inputs'],
      inputSchema: head['inputSchema'],
      outputs: head['outputs'],
    })
  const schema = parts.schema ?? (head['outputs'] === undefined ? undefined : outputSchemaOf(head['outputs']))
  const tools = [...parts.tools, ...readOwnTools(source, list(head['tools']))]
  const modelValue = readModel(source, model)
  if (named !== undefined && !isSemver)
    source.keep(
      head['version'] ? '/version' : '/metadata/version',
      named,
      `version "${named}" is not MAJOR.MINOR.PATCH; kept under x-import.`,
    )
  keepOthers(source, '', head, [
    'name',
    'description',
    'version',
    'authors',
    'tags',
    'api',
    'metadata',
    'model',
    'inputs',
    'inputSchema',
    'outputs',
    'sample',
    'tools',
    'template',
    'instructions',
  ])
  keepOthers(source, '/metadata', metadata, ['authors', 'tags', 'version'])
  keepOthers(source, '/model', model, [
    'id',
    'provider',
    'api',
    'apiType',
    'configuration',
    'connection',
    'parameters',
    'options',
    'azure_deployment',
  ])
  if (metadata['authors'] ?? metadata['tags']) source.kept['metadata'] = true
  if (head['template'] !== undefined) source.kept['template'] = head['template']
  const owners = strings(head['authors'] ?? metadata['authors'])
  return writeDrafts(
    source,
    'prompty',
    [
      {
        ...defined({ title: text(head['name']), description: text(head['description']) }),
        ...(isSemver ? { version: named } : {}),
        owners,
        tags: strings(head['tags'] ?? metadata['tags']),
        ...(modelValue === undefined ? {} : { model: modelValue }),
        parameters: parts.parameters,
        messages: body.messages,
        tools,
        ...(parts.toolChoice === undefined ? {} : { toolChoice: parts.toolChoice }),
        inputs: all,
        ...(schema === undefined ? {} : { outputSchema: schema }),
      },
    ],
    sampleCase(source, head['sample'], all),
  )
}

function readBody(
  { source, head, body, bodyAt }: { source: Source; head: JsonObject; body: string; bodyAt: number },
  version: 1 | 2,
  threads: readonly string[],
  inputs: JsonObject,
): { messages: DraftMessage[]; uses: Map<string, Use> } {
  const instructions = text(head['instructions'])
  const isInstructions = instructions !== undefined && body.trim() === ''
  if (isInstructions) source.kept['instructions'] = true
  const words = isInstructions ? instructions : body
  const at = isInstructions ? (source.spans['/instructions']?.start ?? 0) : bodyAt
  const engine = engineOf(head)
  if (engine !== 'jinja2' && engine !== 'mustache')
    source.refuse('/template', `template "${engine}" cannot be read: jinja2 or mustache.`)
  const holes = threads.flatMap((name) =>
    [...words.matchAll(new RegExp(`\\{\\{\\s*${name.replace(/[^\w]/g, '\\$&')}\\s*\\}\\}`, 'g'))].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
    })),
  )
  const cuts = [...(engine === 'mustache' ? [] : messageLoops(words)), ...holes].toSorted((a, b) => a.start - b.start)
  const { messages, history, unknown } = splitBody(words, at, mark, 'system', cuts)
  for (const { role, span } of unknown)
    source.refuse(span, `The role "${role}" has no place in a prompt file: system, user, assistant.`)
  for (const { span, text: cut } of history)
    source.lose(
      span,
      `Messages made at run time are left out (${cut.split('\n')[0]!.slice(0, 60)}); the caller adds them. Kept under x-import.`,
    )
  if (history.length > 0) source.kept['history'] = history.map(({ after, text: cut }) => ({ after, text: cut }))
  if (messages.length === 0) source.refuse({ start: bodyAt, end: bodyAt }, 'There is no text below the front matter.')
  const uses = new Map<string, Use>()
  const done = messages.map(({ role, content, place }): DraftMessage => {
    const isList = (name: string): boolean => {
      const spec = inputs[source.names.of(name)]
      return (isJsonObject(spec ?? null) ? object(spec)['type'] : spec) === 'array'
    }
    const converted =
      engine === 'mustache' ? checkMustache(content, source.names) : jinjaToMustache(content, source.names, isList)
    for (const [name, use] of converted.uses) if (uses.get(name) !== 'list') uses.set(name, use)
    if (engine !== 'mustache') sayAlone(source, converted, place)
    return { role, content: adopt(source, converted, place) }
  })
  return { messages: done, uses }
}

/** A mustache template is ours already, but for names and partials. */
export function checkMustache(template: string, names: Names): Converted {
  const parsed = parseMustache(template)
  const uses = new Map<string, Use>()
  for (const place of parsed.placeholders) if (!place.inSection) uses.set(names.of(place.name), 'text')
  return { text: template, problems: parsed.problems, conditions: {}, loops: {}, uses, aloneAt: null }
}

function engineOf(head: JsonObject): string {
  const template = head['template']
  if (typeof template === 'string') return template
  const { format, type, kind } = object(template)
  return text(format) ?? text(object(format)['kind']) ?? text(type) ?? text(kind) ?? 'jinja2'
}

function readOwnTools(source: Source, tools: Json[]): JsonObject[] {
  return tools.flatMap((tool, index): JsonObject[] => {
    const { name, kind, description, parameters } = object(tool)
    if (kind !== 'function' || typeof name !== 'string') {
      source.keep(`/tools/${index}`, tool, `The tool "${String(name ?? index)}" is no function; kept under x-import.`)
      return []
    }
    source.kept['tools'] = [...list(source.kept['tools']), tool]
    return [defined({ name, description, parameters: parametersSchema(parameters) })]
  })
}

/** `sample` is one case: a map, or a JSON file named by `${file:x.json}` or by its path. */
function sampleCase(source: Source, sample: Json | undefined, inputs: JsonObject): DraftGolden | undefined {
  if (sample === undefined || sample === null) return undefined
  const file = typeof sample === 'string' ? (/^\$\{file:([^}]+)\}$/.exec(sample)?.[1] ?? sample) : null
  let value: Json | null = sample
  if (file !== null) {
    const path = resolvePath(source.path, file.startsWith('.') ? file : `./${file}`)
    value = readJson(path === null ? undefined : source.o.readFile?.(path))
    source.keep(
      '/sample',
      sample,
      value === null
        ? `The sample file "${file}" is not there or is no JSON object.`
        : `The sample is read from "${file}" once.`,
    )
  }
  if (!isJsonObject(value)) return undefined
  const vars: JsonObject = {}
  for (const [name, item] of Object.entries(value)) {
    if (Object.hasOwn(inputs, source.names.of(name))) vars[source.names.of(name)] = item
    else source.keep(`/sample/${name}`, item, `sample.${name} is used by no message; kept under x-import.`)
  }
  for (const [has, name] of Object.entries(object(source.kept['conditions']))) vars[has] = truthy(vars[String(name)])
  const missing = neededInputs(inputs).filter((name) => !Object.hasOwn(vars, name))
  if (missing.length === 0 && Object.keys(vars).length > 0) return { cases: [{ id: 'sample', vars }] }
  if (missing.length > 0 && file === null)
    source.keep('/sample', sample, `The sample is no case: it gives no value for {${missing.join('}, {')}}.`)
  return undefined
}

function readJson(text: string | undefined): Json | null {
  try {
    return text === undefined ? null : (JSON.parse(text) as Json)
  } catch {
    return null
  }
}
