import { sortFindings } from '../findings.ts'
import { nameFromPath } from '../registry/paths.ts'
import { readYaml } from '../registry/yaml.ts'
import type { Json, JsonObject } from '../text/json.ts'
import type { Converted, Use } from './blocks.ts'
import type { Imported, TextFile } from './format.ts'
import { registryName, stemOf } from './names.ts'
import { defined, errorsOf, object } from './source.ts'
import type { Source } from './source.ts'
import { yamlText } from './yaml-text.ts'

export type DraftMessage = { role: 'system' | 'user' | 'assistant'; content: string }

/** A prompt as an import understands it, before it is written. */
export type Draft = {
  /** What the file calls it; the registry name is made of it. */
  title?: string
  description?: string
  version?: string
  change?: string
  owners?: string[]
  tags?: string[]
  labels?: string[]
  model?: Json
  parameters?: JsonObject
  messages: DraftMessage[]
  tools?: Json[]
  toolChoice?: string
  inputs?: JsonObject
  outputSchema?: JsonObject
}

/** What a golden set is made of: cases as they are written. */
export type DraftGolden = { cases: JsonObject[]; defaults?: JsonObject; extra?: JsonObject }

/** Named where a file names no model: the prompt is a draft then, and cannot be run. */
export const standInModel = 'choose-a-model'

/** The files of one import: a prompt file each, and the golden set that they share. */
export function writeDrafts(source: Source, format: string, drafts: readonly Draft[], golden?: DraftGolden): Imported {
  const findings = errorsOf(source.problems)
  if (findings.length > 0) return { ok: false, findings: sortFindings(findings) }
  const base = registryName(source.o.name ?? drafts[0]?.title ?? stemOf(source.path))
  const files: TextFile[] = []
  const names: string[] = []
  const goldenPath = `${(source.o.goldenFolder ?? 'prompts/golden').replace(/\/$/, '')}/${base}.yaml`
  const hasGolden = golden !== undefined && golden.cases.length > 0
  for (const [index, draft] of drafts.entries()) {
    const name = drafts.length === 1 ? base : `${base}_${index + 1}`
    if (draft.title !== undefined && draft.title !== name && drafts.length === 1) source.kept['title'] = draft.title
    else delete source.kept['title']
    files.push(promptFile(source, format, draft, name, hasGolden && drafts.length > 1 ? goldenPath : undefined))
    names.push(name)
  }
  const losses = source.losses.toSorted((a, b) => a.line - b.line)
  if (!hasGolden) return { ok: true, files, losses, names }
  const set = defined({ version: 1, defaults: golden.defaults, cases: golden.cases, 'x-import': golden.extra })
  return { ok: true, files, golden: { path: goldenPath, text: written(set) }, losses, names }
}

function promptFile(source: Source, format: string, draft: Draft, name: string, golden?: string): TextFile {
  const { o } = source
  const version = draft.version ?? '1.0.0'
  const folder = (o.promptsFolder ?? 'prompts/').replace(/\/?$/, '/')
  const path = `${folder}v${/^\d+/.exec(version)?.[0] ?? '1'}/${name}.yaml`
  const [first, second] = draft.messages
  const paired = draft.messages.length === 2 && first?.role === 'system' && second?.role === 'user'
  const single = draft.messages.length === 1 && first?.role !== 'assistant'
  const file = source.path.slice(source.path.lastIndexOf('/') + 1)
  if (draft.model === undefined) {
    source.lose({ start: 0, end: 0 }, `No model is named: "${standInModel}" stands in, and the prompt is a draft.`)
  }
  const renamed = source.names.renamed()
  const value = defined({
    name: nameFromPath(path, folder) === name ? undefined : name,
    description: draft.description,
    owners: some(draft.owners),
    tags: some(draft.tags),
    status: draft.model === undefined ? 'draft' : undefined,
    version,
    model: draft.model ?? standInModel,
    parameters: draft.parameters && Object.keys(draft.parameters).length > 0 ? draft.parameters : undefined,
    template_format: 'mustache',
    system: paired || (single && first!.role === 'system') ? first!.content : undefined,
    user_template: paired ? second!.content : single && first!.role === 'user' ? first!.content : undefined,
    messages: paired || single ? undefined : (draft.messages as Json),
    tools: some(draft.tools),
    tool_choice: draft.toolChoice,
    inputs: draft.inputs && Object.keys(draft.inputs).length > 0 ? draft.inputs : undefined,
    output_schema: draft.outputSchema,
    evals: golden === undefined ? undefined : { golden },
    rollout: some(draft.labels)
      ? { labels: Object.fromEntries(draft.labels!.map((label) => [label, version])) }
      : undefined,
    changelog: [{ version, date: o.today, type: 'added', change: draft.change ?? `Imported from ${file} (${format})` }],
    'x-import': defined({
      format,
      file,
      ...source.kept,
      names: Object.keys(renamed).length > 0 ? renamed : undefined,
    }),
  })
  return { path, text: written(value) }
}

const some = <T extends Json>(list: T[] | undefined): T[] | undefined => (list && list.length > 0 ? list : undefined)

/** YAML that reads back as the very value; if a style would not, everything is quoted. */
function written(value: JsonObject): string {
  const text = yamlText(value)
  const read = readYaml('', text)
  const isSame = read.ok && JSON.stringify(read.value) === JSON.stringify(value)
  return isSame ? text : `${JSON.stringify(value, null, 2)}\n`
}

/** Takes over what a conversion found: problems at their places, conditions, loops, and inputs for the names it uses. */
export function adopt(source: Source, converted: Converted, place: (offset: number) => number): string {
  for (const { span, message } of converted.problems) {
    source.refuse({ start: place(span.start), end: place(span.end) }, message)
  }
  for (const [condition, name] of Object.entries(converted.conditions)) {
    ;(source.kept['conditions'] ??= {}) as JsonObject
    if (!Object.hasOwn(object(source.kept['conditions']), condition))
      source.lose(
        { start: place(0), end: place(0) },
        `The condition on ${name} asks {{#${condition}}} now: give ${condition}: true when ${name} is not empty (mustache would repeat the text for each item).`,
      )
    object(source.kept['conditions'])[condition] = name
  }
  if (Object.keys(converted.loops).length > 0) {
    source.kept['loops'] = { ...object(source.kept['loops']), ...converted.loops }
  }
  return converted.text
}

/** Adds inputs for names that are used and not declared; what a name is used for tells its type. */
export function inputsFor(inputs: JsonObject, uses: Iterable<readonly [string, Use]>): JsonObject {
  const all: JsonObject = { ...inputs }
  for (const [name, use] of uses) {
    if (Object.hasOwn(all, name) || name === 'output_schema' || name === 'today') continue
    if (use === 'condition') all[name] = { type: 'boolean', required: false, default: false }
    else all[name] = use === 'list' ? 'array' : use === 'object' ? 'object' : 'string'
  }
  return all
}

/** Says once that block tags alone on a line lose that line (Jinja keeps it). */
export function sayAlone(source: Source, converted: Converted, place: (offset: number) => number): void {
  if (converted.aloneAt === null || source.losses.some(({ message }) => message === aloneMessage)) return
  source.lose({ start: place(converted.aloneAt.start), end: place(converted.aloneAt.end) }, aloneMessage)
}

const aloneMessage = 'A block tag alone on its line takes the line with it, so the text has fewer empty lines.'

/** Inputs that a case must give. */
export const neededInputs = (inputs: JsonObject): string[] =>
  Object.entries(inputs)
    .filter(([, spec]) => object(spec)['required'] !== false && object(spec)['default'] === undefined)
    .map(([name]) => name)

/** Engines print nothing for a missing value: an input that some case leaves out need not be given. */
export function optionalWhereMissing(inputs: JsonObject, cases: readonly JsonObject[]): JsonObject {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, spec]): [string, Json] => {
      const isMissing = cases.some((each) => !Object.hasOwn(object(each['vars']), name))
      if (!isMissing || object(spec)['required'] === false) return [name, spec]
      return [name, { ...(typeof spec === 'string' ? { type: spec } : object(spec)), required: false }]
    }),
  )
}
