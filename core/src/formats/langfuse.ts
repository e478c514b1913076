import { readYaml } from '../registry/yaml.ts'
import type { Spans } from '../registry/yaml.ts'
import { problemsOf } from '../registry/problems.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { readStrictJson } from '../text/strict-json.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import type { Use } from './blocks.ts'
import { adopt, inputsFor, standInModel, writeDrafts } from './draft.ts'
import type { DraftMessage } from './draft.ts'
import { outgoing, titleOf, withKept } from './export-common.ts'
import { fileStem } from './export-common.ts'
import type { ExportedFiles, ExportGolden, Format, ImportOptions, Imported } from './format.ts'
import { readMessage } from './messages.ts'
import { fromMustache, jinja } from './mustache-out.ts'
import { stemOf } from './names.ts'
import { apiParameters, readResponseFormat, readTools, writeResponseFormat, writeTools } from './schema-format.ts'
import { simpleToMustache } from './simple.ts'
import { defined, keepOthers, list, object, openSource, strings, text } from './source.ts'
import type { Source } from './source.ts'

const known = ['name', 'type', 'prompt', 'config', 'version', 'labels', 'tags', 'commitMessage']
const imported = /^Imported from .* \(langfuse\)$/

/** Prompts of Langfuse as its API and its exports give them: one object, or a list of them. */
export const langfuse: Format = {
  id: 'langfuse',
  title: () => 'langfuse',
  looksLike: (path, file) =>
    path.endsWith('.json') && /"prompt"\s*:\s*["[]/.test(file) && /"(labels|config|commitMessage)"\s*:/.test(file),
  import: importLangfuse,
  export: exportLangfuse,
}

function importLangfuse(path: string, file: string, o: ImportOptions): Imported {
  const problems = problemsOf(path, file)
  const read = readStrictJson(file)
  if (!read.ok) {
    problems.schema({ start: 0, end: 0 }, 'json', `${path} is not JSON: ${read.problem.replace('the answer ', 'it ')}.`)
    return { ok: false, findings: problems.findings }
  }
  // JSON is YAML, whose reader knows places; without them everything is said at the first line.
  const asYaml = readYaml(path, file)
  const spans = asYaml.ok ? asYaml.spans : {}
  const tooMuch = asYaml.ok
    ? []
    : asYaml.findings.filter(({ data }) => data?.['code'] === 'depth' || data?.['code'] === 'size')
  if (tooMuch.length > 0) return { ok: false, findings: tooMuch }
  const prompts = Array.isArray(read.value) ? read.value : [read.value]
  const isDataset =
    prompts.length > 0 && prompts.every((each) => isJsonObject(each) && 'input' in each && !('prompt' in each))
  if (isDataset) {
    problems.schema(
      { start: 0, end: 0 },
      'import',
      'This is a Langfuse dataset, not a prompt: use "assay golden add NAME --from FILE".',
    )
    return { ok: false, findings: problems.findings }
  }
  const done = prompts.map((prompt, index): Imported => {
    const own = o.name === undefined || prompts.length === 1 ? o : { ...o, name: `${o.name}_${index + 1}` }
    const places = Array.isArray(read.value) ? spansBelow(spans, `/${index}`) : spans
    return importOne(openSource(path, file, places, own), prompt)
  })
  const findings = done.flatMap((each) => (each.ok ? [] : each.findings))
  if (findings.length > 0) return { ok: false, findings }
  const good = done.filter((each) => each.ok)
  return {
    ok: true,
    files: good.flatMap(({ files }) => files),
    losses: good.flatMap(({ losses }) => losses),
    names: good.flatMap(({ names }) => names),
  }
}

/** The places of one item of a list, counted from the item. */
const spansBelow = (spans: Spans, pointer: string): Spans =>
  Object.fromEntries(
    Object.entries(spans)
      .filter(([at]) => at === pointer || at.startsWith(`${pointer}/`))
      .map(([at, span]) => [at.slice(pointer.length), span]),
  )

function importOne(source: Source, value: Json): Imported {
  const prompt = object(value)
  const config = object(prompt['config'])
  const parameters: JsonObject = {}
  const format = readResponseFormat(config['response_format'])
  if (format.responseFormat !== undefined) parameters['response_format'] = format.responseFormat
  if (format.wrapper) source.kept['wrapper'] = format.wrapper
  const { tools, others } = readTools(list(config['tools']))
  if (others.length > 0) source.keep('/config/tools', others)
  const toolChoice = text(config['tool_choice'])
  for (const [key, item] of Object.entries(config)) {
    if (['model', 'response_format', 'tools'].includes(key) || (key === 'tool_choice' && toolChoice !== undefined))
      continue
    if (apiParameters.has(key) && !isJsonObject(item)) parameters[key] = item
    else source.keep(`/config/${key}`, item, `config.${key} is no parameter of a chat completion; kept under x-import.`)
  }
  const uses = new Map<string, Use>()
  const messages = readPrompt(source, prompt['prompt']).map(({ role, content, pointer }): DraftMessage => {
    const place = source.spans[pointer]?.start ?? 0
    const converted = simpleToMustache(content, source.names)
    for (const [name, use] of converted.uses) uses.set(name, use)
    if (/@@@langfusePrompt:/.test(content))
      source.lose(pointer, 'A reference to another prompt (@@@langfusePrompt…) stays as text: write the text here.')
    return { role, content: adopt(source, converted, () => place) }
  })
  const { version, name, commitMessage } = prompt
  const major = Number.isSafeInteger(version) && Number(version) >= 0 ? `${Number(version)}.0.0` : undefined
  if (version !== undefined && major === undefined) source.keep('/version', version)
  for (const [key, item] of Object.entries(prompt)) {
    // What the server adds of its own is no loss worth a line when it is empty.
    if (!known.includes(key) && item !== null) keepOthers(source, '', { [key]: item }, [])
  }
  if (version !== undefined) source.kept['versioned'] = true
  return writeDrafts(source, 'langfuse', [
    {
      title: text(name) ?? stemOf(source.path),
      ...(major === undefined ? {} : { version: major }),
      ...(typeof commitMessage === 'string' && commitMessage !== '' ? { change: commitMessage } : {}),
      tags: strings(prompt['tags']),
      labels: strings(prompt['labels']),
      ...(text(config['model']) === undefined ? {} : { model: text(config['model'])! }),
      parameters,
      messages,
      tools,
      ...(toolChoice === undefined ? {} : { toolChoice }),
      inputs: inputsFor({}, uses),
      ...(format.schema === undefined ? {} : { outputSchema: format.schema }),
    },
  ])
}

/** The messages; a placeholder for messages of the caller is taken out and kept with its place. */
function readPrompt(source: Source, prompt: Json | undefined) {
  const pointer = '/prompt'
  if (typeof prompt === 'string') {
    source.kept['type'] = 'text'
    return [{ role: 'user' as const, content: prompt, pointer }]
  }
  const items = list(prompt)
  if (items.length === 0) source.refuse(pointer, 'There is no prompt: a text or a list of messages.')
  if (items.some((item) => object(item)['type'] === 'chatmessage')) source.kept['typed'] = true
  const history: Json[] = []
  const messages = items.flatMap((item, index) => {
    const { type, name } = object(item)
    if (type !== 'placeholder') return readMessage(source, `${pointer}/${index}`, item)
    const before = items.slice(0, index).filter((each) => object(each)['type'] !== 'placeholder').length
    history.push({ after: before - 1, name: String(name) })
    source.lose(
      `${pointer}/${index}`,
      `The placeholder "${String(name)}" (messages made at run time) is left out; the caller adds them. Kept under x-import.`,
    )
    return []
  })
  if (history.length > 0) source.kept['history'] = history
  return messages
}

function exportLangfuse(prompt: PromptFile, golden?: ExportGolden): ExportedFiles {
  const out = outgoing(prompt, 'langfuse', ['tools', 'tool_choice', 'output_schema', 'tags', 'rollout'])
  const { kept } = out
  const { response_format, ...parameters } = prompt.parameters
  const format = writeResponseFormat(response_format, prompt.outputSchema, object(kept['wrapper']), prompt.name)
  if (!format && prompt.outputSchema !== undefined)
    out.lose('output_schema has no place without response_format: json_schema.')
  if (golden && golden.cases.length > 0) out.lose(`${golden.cases.length} golden cases have no place in this format.`)
  const config = defined({
    model: prompt.modelText === standInModel ? undefined : prompt.modelText,
    ...parameters,
    response_format: format,
    tools: prompt.tools ? writeTools(prompt.tools) : undefined,
    tool_choice: prompt.toolChoice,
  })
  const typed: JsonObject = kept['typed'] === true ? { type: 'chatmessage' } : {}
  const messages = prompt.messages.map(({ role, template }): JsonObject => ({
    ...typed,
    role,
    content: textOut(prompt, template, out.lose),
  }))
  const history = list(kept['history']).map(object)
  const hole = (after: number): JsonObject[] =>
    history.filter((each) => each['after'] === after).map(({ name }) => ({ type: 'placeholder', name: name! }))
  const isText = kept['type'] === 'text' && messages.length === 1
  const labels = object(object(prompt.rollout ?? null)['labels'])
  const change = prompt.changelog[0]?.change ?? ''
  const value = defined({
    name: titleOf(prompt, kept),
    type: isText ? 'text' : 'chat',
    prompt: isText
      ? messages[0]!.content
      : [...hole(-1), ...messages.flatMap((message, index) => [message, ...hole(index)])],
    config,
    version: kept['versioned'] === true ? Number(/^\d+/.exec(prompt.version)?.[0]) : undefined,
    labels: Object.keys(labels).filter((label) => labels[label] === prompt.version),
    tags: prompt.tags,
    commitMessage: imported.test(change) ? undefined : change,
  })
  const file = `${JSON.stringify(withKept(value, out.keep), null, 2)}\n`
  return { files: [{ path: `${fileStem(prompt.name)}.json`, text: file }], losses: out.losses }
}

/** Langfuse fills names and nothing else. */
function textOut(prompt: PromptFile, template: string, lose: (what: string) => void): string {
  const written = fromMustache(prompt, template, jinja, lose)
  if (/\{%|\{#/.test(written)) lose('Sections have no place in this format: Langfuse fills names only.')
  return written
}
