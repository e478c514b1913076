import type { Finding } from '../findings.ts'
import { problemsOf } from '../registry/problems.ts'
import type { Problems } from '../registry/problems.ts'
import type { Spans } from '../registry/yaml.ts'
import { escapePointer } from '../registry/yaml-value.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { findSecret } from '../text/secrets.ts'
import type { Span } from '../text/span.ts'
import type { ImportOptions, Loss } from './format.ts'
import { newNames } from './names.ts'
import type { Names } from './names.ts'

/** A file that is being imported: its value with places, and what was said about it so far. */
export type Source = {
  path: string
  text: string
  spans: Spans
  o: ImportOptions
  problems: Problems
  losses: Loss[]
  names: Names
  /** What is kept as it was, for the export back: goes under `x-import`. */
  kept: JsonObject
  /** Says what is lost, at a place. */
  lose(at: Span | string, message: string): void
  /** Keeps a value under `x-import.keep` and says so; the message has a default. */
  keep(pointer: string, value: Json, message?: string): void
  refuse(at: Span | string, message: string): void
}

export function openSource(path: string, text: string, spans: Spans, o: ImportOptions, problems?: Problems): Source {
  const found = problems ?? problemsOf(path, text)
  const place = (at: Span | string): Span =>
    typeof at === 'string' ? (spans[`${at}#key`] ?? spans[at] ?? { start: 0, end: 0 }) : at
  const said = new Set<string>()
  const source: Source = {
    path,
    text,
    spans,
    o,
    problems: found,
    losses: [],
    kept: {},
    names: newNames((from, to) => source.lose({ start: 0, end: 0 }, `{{${from}}} is now {{${to}}}.`)),
    lose(at, message) {
      const { line } = found.lines.position(place(at).start)
      const key = `${line} ${message}`
      if (said.has(key)) return
      said.add(key)
      source.losses.push({ path, line, message })
    },
    keep(pointer, value, message) {
      const steps = pointer.slice(1).split('/')
      const kept = withoutSecrets(value, steps.at(-1) ?? '')
      if (JSON.stringify(kept) !== JSON.stringify(value)) {
        source.lose(pointer, `${steps.join('.')} holds a key or a password: left out, not kept.`)
        if (kept === undefined) return
      }
      setDeep((source.kept['keep'] ??= {}) as JsonObject, steps, kept!)
      source.lose(pointer, message ?? `${steps.join('.')} has no place in a prompt file; kept under x-import.`)
    },
    refuse: (at, message) => found.schema((typeof at === 'string' && spans[at]) || place(at), 'import', message),
  }
  return source
}

const secretName = /api_?key|secret|password|access_?token|credential/i

/** A value without keys and passwords; references to the environment are none. undefined: nothing is left. */
function withoutSecrets(value: Json, name: string): Json | undefined {
  if (typeof value === 'string') {
    const isReference = /^\s*(?:\$\{|\{\{|\$[A-Z_]+$|$)/.test(value)
    return !isReference && (secretName.test(name) || findSecret(value)) ? undefined : value
  }
  if (Array.isArray(value)) return value.flatMap((item) => withoutSecrets(item, name) ?? [])
  if (!isJsonObject(value)) return value
  return defined(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item, key)])))
}

function setDeep(target: JsonObject, steps: string[], value: Json): void {
  const [step = '', ...rest] = steps
  const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
  if (rest.length === 0) target[key] = value
  else setDeep((isJsonObject(target[key]) ? target[key] : (target[key] = {})) as JsonObject, rest, value)
}

/** Everything of a map that nobody mapped: each member is kept and said. `skip`: the keys that were. */
export function keepOthers(source: Source, pointer: string, map: JsonObject, known: readonly string[]): void {
  for (const [key, value] of Object.entries(map)) {
    if (!known.includes(key)) source.keep(`${pointer}/${escapePointer(key)}`, value)
  }
}

export const errorsOf = (problems: Problems): Finding[] =>
  problems.findings.filter(({ severity }) => severity === 'error')

export const object = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
export const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
export const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined)
export const strings = (value: Json | undefined): string[] =>
  list(value).filter((item) => typeof item === 'string') as string[]

/** An object without members that are undefined. */
export const defined = (value: Record<string, Json | undefined>): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as JsonObject

/** What an engine takes for true: no empty list, map or text. */
export const truthy = (value: Json | undefined): boolean =>
  Array.isArray(value)
    ? value.length > 0
    : isJsonObject(value ?? null)
      ? Object.keys(object(value)).length > 0
      : Boolean(value)
