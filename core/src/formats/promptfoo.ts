import { resolvePath } from '../registry/paths.ts'
import { scalarMap } from '../registry/scalar-map.ts'
import { readYaml } from '../registry/yaml.ts'
import { lineIndex } from '../text/span.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import type { Use } from './blocks.ts'
import { adopt, inputsFor, optionalWhereMissing, sayAlone, writeDrafts } from './draft.ts'
import type { Draft, DraftMessage } from './draft.ts'
import type { Format, ImportOptions, Imported } from './format.ts'
import { jinjaToMustache } from './jinja2.ts'
import { readMessages } from './messages.ts'
import { registryName, stemOf } from './names.ts'
import { exportPromptfoo } from './promptfoo-out.ts'
import { readProviders } from './promptfoo-provider.ts'
import { readTests } from './promptfoo-tests.ts'
import { defined, keepOthers, object, openSource, text, truthy } from './source.ts'
import type { Source } from './source.ts'

const known = ['description', 'prompts', 'providers', 'targets', 'tests', 'defaultTest', '$schema']

/** A config of promptfoo, with the texts, CSV and JSON files that it names. */
export const promptfoo: Format = {
  id: 'promptfoo',
  title: () => 'promptfoo',
  looksLike: (path, file) =>
    /promptfooconfig[^/]*\.ya?ml$/.test(path) ||
    (/\.ya?ml$/.test(path) && /^prompts:/m.test(file) && /^(providers|targets|tests):/m.test(file)),
  import: importPromptfoo,
  export: exportPromptfoo,
}

function importPromptfoo(path: string, file: string, o: ImportOptions): Imported {
  const read = readYaml(path, file)
  if (!read.ok) return { ok: false, findings: read.findings }
  const source = openSource(path, file, read.spans, o)
  source.problems.findings.push(...read.findings)
  const value = object(read.value)
  const written = value['prompts']
  const prompts = (Array.isArray(written) ? written : written === undefined ? [] : [written]).flatMap((entry, index) =>
    promptsOf(source, entry, Array.isArray(written) ? `/prompts/${index}` : '/prompts'),
  )
  if (prompts.length === 0)
    source.refuse('/prompts', 'There is no prompt that can be read: a text, a text file or a list of messages.')
  const golden = readTests(source, value)
  const parts = readProviders(source, value)
  keepOthers(source, '', value, known)
  const uses = new Map<string, Use>()
  const converted = prompts.map((prompt) => ({
    ...prompt,
    messages: prompt.messages.map((message) => convert(source, message, uses)),
  }))
  const cases = (golden?.cases ?? []).map((each) => withConditions(each, object(source.kept['conditions'])))
  const description = text(value['description'])
  const title = titleOf(path, description, prompts)
  if (prompts.length > 1)
    source.lose('/prompts', `${prompts.length} prompts become ${prompts.length} prompt files with one golden set.`)
  const files = prompts.flatMap(({ from }) => from ?? [])
  if (files.length === 1 && prompts.length === 1) source.kept['prompt'] = files[0]!
  const drafts = converted.map((prompt): Draft => {
    return {
      title,
      ...defined({ description }),
      ...(parts.model === undefined ? {} : { model: parts.model }),
      parameters: parts.parameters,
      tools: parts.tools,
      ...(parts.toolChoice === undefined ? {} : { toolChoice: parts.toolChoice }),
      ...(parts.schema === undefined ? {} : { outputSchema: parts.schema }),
      messages: prompt.messages,
      inputs: optionalWhereMissing(inputsFor(typesOf(cases, uses), uses), cases),
    }
  })
  return writeDrafts(source, 'promptfoo', drafts, golden && { ...golden, cases })
}

type RawMessage = { role: DraftMessage['role']; content: string; place(offset: number): number; prefix?: string }
type RawPrompt = { messages: RawMessage[]; from?: string }

const code = /\.(?:[cm]?[jt]s|py|rb|sh|go|exe)(?::\w+)?$/

/** One entry of `prompts`: a text, chat messages as JSON, or a file with either. Code is named and left alone. */
function promptsOf(source: Source, entry: Json, at: string): RawPrompt[] {
  const { raw, id, label } = object(entry)
  const written = typeof entry === 'string' ? entry : (text(raw) ?? text(id))
  if (label !== undefined) source.keep(`${at}/label`, label)
  if (written === undefined) {
    source.keep(at, entry, 'A prompt that is no text is kept under x-import.')
    return []
  }
  const isFile = written.startsWith('file://') || /^[\w./-]+\.(txt|json|ya?ml|md|j2|csv)$/.test(written)
  if (!isFile) return [inline(source, written, typeof entry === 'string' ? at : `${at}/raw`)]
  const name = written.replace(/^file:\/\//, '').replace(/^\.\//, '')
  if (code.test(name)) {
    source.keep(at, entry, `The prompt ${written} is code, which is never run; kept under x-import.`)
    return []
  }
  const path = resolvePath(source.path, `./${name}`)
  const file = path === null ? undefined : source.o.readFile?.(path)
  if (file === undefined) {
    source.keep(at, entry, `The prompt file ${written} is not there, or stands for several; kept under x-import.`)
    return []
  }
  const span = source.spans[at]?.start ?? 0
  const chat = /\.(json|ya?ml)$/.test(name) ? chatOf(source, file, at) : null
  if (chat) return [{ messages: chat.map((message) => ({ ...message, place: () => span })), from: written }]
  const lines = lineIndex(file)
  let offset = 0
  return file.split(/^---[ \t]*\r?\n/m).flatMap((part): RawPrompt[] => {
    const line = lines.position(offset).line
    offset += part.length + 4
    const content = part.trim()
    if (content === '') return []
    return [{ messages: [{ role: 'user', content, place: () => span, prefix: `${name}:${line}: ` }], from: written }]
  })
}

function inline(source: Source, content: string, at: string): RawPrompt {
  const chat = content.trimStart().startsWith('[') ? chatOf(source, content, at) : null
  const start = source.spans[at]?.start ?? 0
  if (chat) return { messages: chat.map((message) => ({ ...message, place: () => start })) }
  const map = scalarMap(source.text, source.spans[at] ?? { start: 0, end: 0 }, content)
  return { messages: [{ role: 'user', content, place: (offset) => map(offset) ?? start }] }
}

/** Chat messages of a JSON or YAML text; null when it is none. */
function chatOf(source: Source, content: string, at: string): { role: DraftMessage['role']; content: string }[] | null {
  const read = readYaml('', content)
  if (!read.ok || !Array.isArray(read.value) || !read.value.every((item) => isJsonObject(item) && 'role' in item))
    return null
  const found: Json[] = read.value
  const before = source.problems.findings.length
  const messages = readMessages({ ...source, refuse: (_, message) => source.refuse(at, message) }, '', found)
  return source.problems.findings.length > before
    ? []
    : messages.map(({ role, content: words }) => ({ role, content: words }))
}

function convert(source: Source, message: RawMessage, uses: Map<string, Use>): DraftMessage {
  const converted = jinjaToMustache(message.content, source.names)
  for (const [name, use] of converted.uses) if (uses.get(name) !== 'list') uses.set(name, use)
  sayAlone(source, converted, message.place)
  const problems = converted.problems.map((problem) => ({
    ...problem,
    message: `${message.prefix ?? ''}${problem.message}`,
  }))
  return { role: message.role, content: adopt(source, { ...converted, problems }, message.place) }
}

/** The type of a variable by its values; text where they differ. */
function typesOf(cases: readonly JsonObject[], uses: ReadonlyMap<string, Use>): JsonObject {
  const types = new Map<string, Set<string>>()
  for (const each of cases) {
    for (const [name, value] of Object.entries(object(each['vars']))) {
      const isFile = isJsonObject(value) && '$file' in value
      const type = Array.isArray(value)
        ? 'array'
        : isJsonObject(value) && !isFile
          ? 'object'
          : isFile
            ? 'string'
            : typeof value
      types.set(name, (types.get(name) ?? new Set()).add(type))
    }
  }
  return Object.fromEntries(
    [...types].flatMap(([name, found]): [string, Json][] => {
      const [type] = found
      return uses.has(name) && found.size === 1 && uses.get(name) !== 'condition' ? [[name, type!]] : []
    }),
  )
}

function withConditions(each: JsonObject, conditions: JsonObject): JsonObject {
  const vars = object(each['vars'])
  const made = Object.entries(conditions).map(([has, name]): [string, Json] => [has, truthy(vars[String(name)])])
  return made.length === 0 ? each : { ...each, vars: { ...vars, ...Object.fromEntries(made) } }
}

function titleOf(path: string, description: string | undefined, prompts: readonly RawPrompt[]): string {
  const folders = path.split('/').slice(0, -1)
  const [only] = prompts
  if (prompts.length === 1 && only?.from !== undefined) return registryName(stemOf(only.from))
  return registryName(folders.at(-1) ?? description ?? stemOf(path)).slice(0, 60)
}
