import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import type { Span } from '../text/span.ts'
import type { Case, GoldenOptions } from './golden.ts'
import { caseShape } from './golden-shape.ts'
import { outside, resolvePath } from './paths.ts'
import type { Problems } from './problems.ts'
import { mergeSpecs, scorerSpecs } from './scorer-spec.ts'
import { checkShape, dotted, pointerOf } from './shape-problems.ts'
import type { Spans } from './yaml.ts'

/** A case as its file holds it: `spans` are relative to the case (`/vars/x`), `text` is the whole file. */
export type CaseSource = { value: Json; span: Span; idSpan: Span; line: number; spans: Spans; text: string }

export type SetDefaults = { assertions?: Json; tags?: Json }

type Context = GoldenOptions & { path: string; problems: Problems; defaults: SetDefaults }

/** A case with the set's and the prompt's assertions merged in; null when it was reported and cannot be used. */
export function buildCase(source: CaseSource, index: number, context: Context): Case | null {
  const { problems } = context
  const before = problems.findings.length
  if (!isJsonObject(source.value)) {
    problems.schema(source.span, 'shape', 'A case is a map with an id.')
    return null
  }
  const value = Object.fromEntries(Object.entries(source.value).filter(([key]) => !key.startsWith('x-')))
  const where = typeof value.id === 'string' ? `Case ${value.id}` : 'The case'
  const shape = checkShape(
    caseShape,
    { text: source.text, value, spans: source.spans, problems, where },
    (path, issue) => (path[0] === 'id' && issue.code === 'invalid_format' ? 'quiet' : 'report'),
  )
  if (shape.broken.some((path) => path[0] === 'id' && typeof value.id === 'string')) {
    problems.schema(
      source.idSpan,
      'id',
      `Case id "${String(value.id)}" must be 1 to 100 letters, digits, ".", "_" or "-", and begin with a letter or digit.`,
    )
  }
  const vars = fillFiles(isJsonObject(value.vars) ? value.vars : {}, ['vars'], source, context)
  // An unknown key leaves the case usable for linting; a broken part does not.
  if (shape.broken.length > 0 || problems.findings.slice(before).some(({ rule }) => rule === 'registry/schema'))
    return null
  return {
    id: value.id as string,
    index,
    vars: vars as JsonObject,
    ...(value.expected === undefined ? {} : { expected: value.expected }),
    ...(value.context === undefined ? {} : { context: value.context as NonNullable<Case['context']> }),
    assertions: mergeSpecs(
      context.assertions ?? [],
      scorerSpecs(context.defaults.assertions),
      scorerSpecs(value.assertions),
    ),
    tags: [...new Set([...strings(context.defaults.tags), ...strings(value.tags)])],
    critical: value.critical === true,
    ...(typeof value.cluster === 'string' ? { cluster: value.cluster } : {}),
    path: context.path,
    line: source.line,
    span: source.span,
  }
}

const strings = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

/** Replaces `{$file: ./texts/nda.txt}` by the file's text, anywhere in the values. */
function fillFiles(value: Json, path: (string | number)[], source: CaseSource, context: Context): Json {
  if (Array.isArray(value)) return value.map((item, index) => fillFiles(item, [...path, index], source, context))
  if (!isJsonObject(value)) return value
  if (Object.hasOwn(value, '$file')) return readText(value, path, source, context)
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fillFiles(item, [...path, key], source, context)]),
  )
}

function readText(value: JsonObject, path: (string | number)[], source: CaseSource, context: Context): Json {
  const span = source.spans[pointerOf([...path, '$file'])] ?? source.span
  const fail = (code: string, message: string): Json => {
    context.problems.schema(span, code, message)
    return null
  }
  const file = value.$file
  if (typeof file !== 'string' || Object.keys(value).length > 1)
    return fail('file', `${dotted(path)}: $file must be a path, and stand alone.`)
  const resolved = resolvePath(context.path, file)
  if (resolved === null) return fail('path', outside(file))
  const text = context.readFile(resolved)
  if (text === undefined) return fail('file', `"${resolved}" does not exist.`)
  return text.isWellFormed() ? text : fail('encoding', `"${resolved}" holds half of a surrogate pair.`)
}
