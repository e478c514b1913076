import { isJsonObject } from '../text/json.ts'
import type { Json } from '../text/json.ts'
import { outside, resolvePath } from './paths.ts'
import { readYaml } from './yaml.ts'

export type ReadFile = (path: string) => string | undefined

/** A schema with its file references replaced by what the files hold, or the sentence that says why not. */
export type Resolved = { ok: true; value: Json } | { ok: false; problem: string; reference: string }

const maxDepth = 10

class Unresolved extends Error {
  readonly reference: string
  constructor(reference: string, message: string) {
    super(message)
    this.reference = reference
  }
}

/**
 * Replaces `$ref: ../schemas/x.json` by the file's content. References inside a schema (`#/…`) stay; a file that has
 * some can only stand as the whole schema, because elsewhere they would point at another root.
 */
export function resolveReferences(schema: Json, fromFile: string, readFile: ReadFile): Resolved {
  try {
    return { ok: true, value: resolve(schema, fromFile, readFile, true, 0) }
  } catch (error) {
    if (error instanceof Unresolved) return { ok: false, problem: error.message, reference: error.reference }
    throw error
  }
}

function resolve(value: Json, fromFile: string, readFile: ReadFile, atRoot: boolean, depth: number): Json {
  if (Array.isArray(value)) return value.map((item) => resolve(item, fromFile, readFile, false, depth))
  if (!isJsonObject(value)) return value
  const reference = value.$ref
  if (typeof reference === 'string' && isFileReference(reference)) {
    const content = load(reference, fromFile, readFile, depth)
    if (Object.keys(value).length > 1)
      throw new Unresolved(reference, `$ref "${reference}" must stand alone: it is replaced by the file.`)
    if (!atRoot && hasLocalReference(content.value)) {
      throw new Unresolved(
        reference,
        `"${content.path}" has references to itself ("#/…"), so it can only be the whole schema.`,
      )
    }
    return resolve(content.value, content.path, readFile, atRoot, depth + 1)
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolve(item, fromFile, readFile, false, depth)]),
  )
}

function load(reference: string, fromFile: string, readFile: ReadFile, depth: number): { value: Json; path: string } {
  if (depth >= maxDepth)
    throw new Unresolved(reference, `$ref "${reference}": files refer to each other more than ${maxDepth} deep.`)
  const path = resolvePath(fromFile, reference)
  if (path === null) throw new Unresolved(reference, outside(reference))
  const text = readFile(path)
  if (text === undefined) throw new Unresolved(reference, `"${path}" does not exist.`)
  const read = readYaml(path, text)
  const first = read.findings[0]
  if (!read.ok || first)
    throw new Unresolved(reference, `"${path}" cannot be read: line ${first?.line ?? 1}: ${first?.message ?? ''}`)
  return { value: read.value, path }
}

// URLs are left for the schema compiler, which refuses them.
const isFileReference = (reference: string): boolean =>
  !reference.startsWith('#') && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(reference)

function hasLocalReference(value: Json): boolean {
  if (Array.isArray(value)) return value.some(hasLocalReference)
  if (!isJsonObject(value)) return false
  return Object.entries(value).some(
    ([key, item]) => (key === '$ref' && typeof item === 'string' && item.startsWith('#')) || hasLocalReference(item),
  )
}
