import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { builtInInputs } from './built-in.ts'
import { checkInput } from './input-value.ts'
import type { PromptFile } from './prompt-file.ts'
import { parseTemplate } from './template.ts'
import type { ParsedTemplate, TemplatePart } from './template.ts'

export type RenderedMessage = { role: 'system' | 'user' | 'assistant'; content: string }

export type Rendered =
  | { ok: true; messages: RenderedMessage[]; unused: string[] }
  | { ok: false; missing: string[]; problems: string[] }

export type RenderOptions = {
  /** `YYYY-MM-DD` in UTC, the value of `{today}`. */
  today: string
  /** Counts tokens for the inputs' `max_tokens`; without it they are not checked. */
  tokens?: (text: string) => number
}

/**
 * Fills the templates of a prompt. Values are filled in one pass and never read again, so a value that contains
 * `{system}` stays text. All that is missing or wrong is named at once.
 */
export function render(prompt: PromptFile, vars: JsonObject, o: RenderOptions): Rendered {
  const templates = prompt.messages.map((message) =>
    parseTemplate(message.template.replaceAll('\r\n', '\n'), prompt.templateFormat),
  )
  const problems = templates.flatMap((template) => template.problems.map((problem) => problem.message))
  const used = new Set(templates.flatMap((template) => template.placeholders.map((place) => place.name)))
  const values = valuesOf(prompt, vars, used, o)
  const missing = missingOf(prompt, templates, values)
  for (const [name, spec] of Object.entries(prompt.inputs ?? {})) {
    if (Object.hasOwn(vars, name)) problems.push(...checkInput(name, spec, vars[name]!, o.tokens))
  }
  if (missing.length > 0 || problems.length > 0) return { ok: false, missing, problems }
  const messages = prompt.messages.map((message, index) => ({
    role: message.role,
    content: fill(templates[index]!.parts, [values]),
  }))
  return { ok: true, messages, unused: Object.keys(vars).filter((name) => !used.has(name)) }
}

/** How a value reads inside a prompt: text as it is, numbers and booleans as JSON, lists and maps as indented JSON. */
export const textOf = (value: Json): string =>
  typeof value === 'string' ? value : JSON.stringify(value, null, typeof value === 'object' ? 2 : 0)

// A Map, because lookup is by own name only: `{constructor}` is just missing.
function valuesOf(prompt: PromptFile, vars: JsonObject, used: Set<string>, o: RenderOptions): Map<string, Json> {
  const values = new Map<string, Json>()
  for (const [name, value] of Object.entries(builtInInputs(prompt, o.today)))
    if (used.has(name)) values.set(name, value)
  for (const [name, spec] of Object.entries(prompt.inputs ?? {})) {
    if (spec.default !== undefined) values.set(name, spec.default)
    else if (spec.required === false && !values.has(name)) values.set(name, '')
  }
  for (const [name, value] of Object.entries(vars)) values.set(name, value)
  return values
}

function missingOf(prompt: PromptFile, templates: ParsedTemplate[], values: Map<string, Json>): string[] {
  const needed = new Set<string>()
  for (const [name, spec] of Object.entries(prompt.inputs ?? {})) if (spec.required !== false) needed.add(name)
  for (const template of templates) {
    const sections = new Set(template.parts.flatMap((part) => (isSection(part) ? [part.path[0]] : [])))
    // A section asks whether there is a value, and a name inside it may belong to the section's item.
    for (const place of template.placeholders) if (!place.inSection && !sections.has(place.name)) needed.add(place.name)
  }
  return [...needed].filter((name) => !values.has(name)).toSorted()
}

const isSection = (part: TemplatePart) => typeof part === 'object' && 'kind' in part && part.kind === 'section'

type Scope = Map<string, Json> | Json

function fill(parts: TemplatePart[], scopes: Scope[]): string {
  return parts.map((part) => fillPart(part, scopes)).join('')
}

function fillPart(part: TemplatePart, scopes: Scope[]): string {
  if (typeof part === 'string') return part
  const value = lookUp('kind' in part ? part.path : [part.name], scopes)
  if (!('kind' in part) || part.kind === 'name') return value === undefined ? '' : textOf(value)
  const empty =
    value === undefined ||
    value === null ||
    value === false ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  if (part.inverted) return empty ? fill(part.parts, scopes) : ''
  if (empty) return ''
  if (Array.isArray(value)) return value.map((item) => fill(part.parts, [...scopes, item])).join('')
  return fill(part.parts, [...scopes, value])
}

/** The innermost scope that has the first step of the path decides; its own members only. */
function lookUp(path: string[], scopes: Scope[]): Json | undefined {
  const [first, ...rest] = path
  if (first === undefined) {
    const here = scopes.at(-1)
    return here instanceof Map ? undefined : here
  }
  for (const scope of scopes.toReversed()) {
    if (scope instanceof Map ? !scope.has(first) : !isJsonObject(scope) || !Object.hasOwn(scope, first)) continue
    const found = scope instanceof Map ? scope.get(first) : (scope as JsonObject)[first]
    return rest.reduce<Json | undefined>(
      (value, step) => (isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined),
      found,
    )
  }
  return undefined
}
