import type * as z from 'zod'
import type { Fix } from '../findings.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json } from '../text/json.ts'
import type { Span } from '../text/span.ts'
import { nearest } from './did-you-mean.ts'
import type { Problems } from './problems.ts'
import { legalKeys } from './shape-keys.ts'
import { escapePointer } from './yaml-value.ts'
import type { Spans } from './yaml.ts'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

export type ShapeInput = { text: string; value: Json; spans: Spans; problems: Problems; where?: string }

/** What a shape said: the paths whose values cannot be used, and the keys nobody knows. */
export type ShapeResult = { broken: (string | number)[][]; unknown: (string | number)[][] }

/** `keep`: neither reported nor broken, a rule says it better; `quiet`: broken, and the caller reports it. */
export type Treatment = 'keep' | 'quiet' | 'report'

/** Checks a value against a shape and reports each issue once, at its place; unknown keys get a did-you-mean. */
export function checkShape(
  shape: z.ZodType,
  input: ShapeInput,
  treat: (path: Path, issue: Issue) => Treatment = () => 'report',
): ShapeResult {
  const result: ShapeResult = { broken: [], unknown: [] }
  const parsed = shape.safeParse(input.value)
  const issues = parsed.success ? [] : parsed.error.issues.flatMap((each) => flatten(each, []))
  // A misspelt key is one slip, not two: the key it stands for is not reported as missing.
  const meant = new Set<string>()
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue
    const path = issue.path as (string | number)[]
    for (const key of issue.keys) {
      result.unknown.push([...path, key])
      for (const name of reportUnknown(key, path, legalKeys(shape, path), input)) meant.add(pointerOf([...path, name]))
    }
  }
  for (const issue of issues) {
    const path = issue.path as (string | number)[]
    const treatment = issue.code === 'unrecognized_keys' ? 'keep' : treat(path, issue)
    if (treatment === 'keep') continue
    result.broken.push(path)
    const isMissing = valueAt(input.value, path) === undefined
    if (treatment === 'report' && !(isMissing && meant.has(pointerOf(path)))) report(issue, path, input)
  }
  return result
}

/** A union's issue becomes those of the branch that was meant: the one whose kind of value fits. */
function flatten(issue: Issue, prefix: Path): Issue[] {
  const path = [...prefix, ...issue.path]
  if (issue.code !== 'invalid_union') return [{ ...issue, path } as Issue]
  const branches = issue.errors as Issue[][]
  const meant = branches.find(
    (branch) => branch.length > 0 && branch.every((each) => !(each.path.length === 0 && isKindIssue(each))),
  )
  if (meant) return meant.flatMap((each) => flatten(each, path))
  const kinds = branches.flatMap((branch) => branch.map(kindOf))
  return [{ code: 'custom', path, message: `must be ${[...new Set(kinds)].join(' or ')}`, input: issue.input } as Issue]
}

const isKindIssue = (issue: Issue): boolean => issue.code === 'invalid_type' || issue.code === 'invalid_value'

const kindNames: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
}

function kindOf(issue: Issue): string {
  if (issue.code === 'invalid_value') return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
  return issue.code === 'invalid_type' ? (kindNames[issue.expected] ?? issue.expected) : 'another value'
}

function report(issue: Issue, path: (string | number)[], input: ShapeInput): void {
  const span = placeOf(path, input.spans)
  const name = dotted(path, input.where)
  const value = valueAt(input.value, path)
  if (value === undefined && (isKindIssue(issue) || issue.code === 'custom')) {
    input.problems.schema(span, 'missing', `${name} is missing.`)
    return
  }
  const quote = quoteFix(issue, value, span, input.text)
  if (quote) {
    const reads = typeof value === 'number' && String(value) !== quote.source ? ` (YAML reads ${value})` : ''
    input.problems.schema(span, 'type', `${name} must be a string: write "${quote.source}" in quotes${reads}.`, {
      fixes: [quote.fix],
    })
    return
  }
  input.problems.schema(span, 'shape', `${name} ${sentenceOf(issue, value)}.`)
}

function sentenceOf(issue: Issue, value: Json | undefined): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' || issue.expected === 'number'
        ? `must be ${kindOf(issue)}`
        : `must be ${kindOf(issue)}, not ${kindOfValue(value)}`
    case 'invalid_value':
      return `must be ${kindOf(issue)}${typeof value === 'string' ? `, not ${JSON.stringify(value)}` : ''}`
    case 'too_small':
      if (issue.origin === 'array') return 'must not be empty'
      if (issue.origin === 'string')
        return `must have at least ${issue.minimum} character${issue.minimum === 1 ? '' : 's'}`
      return `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`
    case 'too_big':
      return `must be at most ${issue.maximum}`
    case 'invalid_format':
      return `${JSON.stringify(value)} is not in the form it needs`
    case 'invalid_key':
      return 'is not a name: letters, digits and "_" are allowed'
    default:
      return issue.message
  }
}

const kindOfValue = (value: Json | undefined): string =>
  value === null ? 'empty' : Array.isArray(value) ? 'a list' : isJsonObject(value) ? 'a map' : `a ${typeof value}`

/** YAML reads 2.10 as a number and no-quotes true as a boolean; what was written is still in the text. */
function quoteFix(
  issue: Issue,
  value: Json | undefined,
  span: Span,
  text: string,
): { source: string; fix: Fix } | null {
  if (issue.code !== 'invalid_type' || issue.expected !== 'string') return null
  if (typeof value !== 'number' && typeof value !== 'boolean') return null
  const source = text.slice(span.start, span.end)
  if (!/^[A-Za-z0-9+._-]+$/.test(source)) return null
  return { source, fix: { title: `Write "${source}" in quotes`, safe: true, edits: [{ span, text: `"${source}"` }] } }
}

function reportUnknown(key: string, path: (string | number)[], legal: string[], input: ShapeInput): string[] {
  // Lines of JSONL have no places inside: what is unknown stands at the line, and there is nothing to rename.
  const keySpan = input.spans[`${pointerOf([...path, key])}#key`]
  const span = keySpan ?? placeOf(path, input.spans)
  const container = valueAt(input.value, path)
  const candidates = nearest(key, legal)
  const hint =
    candidates.length > 0
      ? `Did you mean ${candidates.map((name) => `"${name}"`).join(' or ')}?`
      : `Allowed: ${legal.join(', ')}.`
  const free = candidates.filter((name) => !isJsonObject(container) || !Object.hasOwn(container, name))
  const source = input.text.slice(span.start, span.end)
  const quote = source.startsWith('"') ? '"' : source.startsWith("'") ? "'" : ''
  const fixes = (keySpan ? free : []).map((name) => ({
    title: `Rename to "${name}"`,
    safe: candidates.length === 1,
    edits: [{ span, text: `${quote}${name}${quote}` }],
  }))
  input.problems.add('registry/unknown-key', span, `Unknown key "${key}". ${hint}`, {
    ...(fixes.length > 0 ? { fixes } : {}),
    data: { key, candidates },
  })
  return candidates
}

/** `changelog[0].version`, for people. */
export const dotted = (path: Path, root = 'The file'): string =>
  path.length === 0
    ? root
    : path
        .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`))
        .join('')

/** `/changelog/0/version`, for machines. */
export const pointerOf = (path: Path): string => path.map((step) => `/${escapePointer(String(step))}`).join('')

/** The place of a value, else of the nearest thing around it; a missing member stands at its container's key. */
function placeOf(path: Path, spans: Spans): Span {
  for (let length = path.length; length > 0; length -= 1) {
    const pointer = pointerOf(path.slice(0, length))
    const span = length === path.length ? spans[pointer] : (spans[`${pointer}#key`] ?? firstOf(spans[pointer]))
    if (span) return span
  }
  return firstOf(spans['']) ?? { start: 0, end: 0 }
}

const firstOf = (span: Span | undefined): Span | undefined =>
  span && { start: span.start, end: Math.min(span.end, span.start + 1) }

/** The value at a path; undefined when there is none. */
export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((at, step) => {
    if (Array.isArray(at)) return at[Number(step)]
    return isJsonObject(at) && Object.hasOwn(at, String(step)) ? at[String(step)] : undefined
  }, value)
}

/** A copy of a value without the members at the given paths; only what changes is copied. */
export function without(value: Json, paths: readonly (string | number)[][]): Json {
  if (paths.length === 0) return value
  const groups = Map.groupBy(paths, (path) => path[0]!)
  if (Array.isArray(value)) return value.map((item, index) => withoutAt(item, groups.get(index)))
  if (!isJsonObject(value)) return value
  const kept = Object.entries(value).filter(([key]) => !groups.get(key)?.some((path) => path.length === 1))
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutAt(item, groups.get(key))]))
}

const withoutAt = (value: Json, paths: (string | number)[][] | undefined): Json =>
  paths
    ? without(
        value,
        paths.map((path) => path.slice(1)).filter((path) => path.length > 0),
      )
    : value
