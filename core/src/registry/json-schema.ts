import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject, ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { RE2JS } from 're2js'
import { canonicalJson } from '../text/canonical-json.ts'
import { isPlainSchema } from './plain-schema.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json } from '../text/json.ts'

export type SchemaError = { path: string; message: string }
export type SchemaCheck = (value: Json) => { valid: boolean; errors: SchemaError[] }
export type CompiledSchema = { ok: true; check: SchemaCheck } | { ok: false; problem: string }

const maxErrors = 20
const maxCached = 200
const cache = new Map<string, CompiledSchema>()

/**
 * Compiles a JSON Schema: 2020-12 unless its `$schema` says draft-07. Patterns run in linear time, references stay
 * inside the schema. Compiled once per schema; the order of its keys does not matter.
 */
export function compileSchema(schema: Json): CompiledSchema {
  let key: string
  try {
    key = canonicalJson(schema)
  } catch (error) {
    return { ok: false, problem: (error as Error).message }
  }
  const known = cache.get(key)
  if (known) return known
  const compiled = compile(schema)
  if (cache.size >= maxCached) cache.delete(cache.keys().next().value!)
  cache.set(key, compiled)
  return compiled
}

function compile(schema: Json): CompiledSchema {
  if (!isJsonObject(schema) && typeof schema !== 'boolean') return { ok: false, problem: 'it must be a map' }
  const remote = remoteReference(schema)
  if (remote !== null)
    return { ok: false, problem: `$ref "${remote}" points outside the schema; copy what it names into $defs` }
  const ajv = ajvFor(schema)
  try {
    // Shape errors first: ajv.compile throws only the text of all of them.
    if (!isPlainSchema(schema) && ajv.validateSchema(schema) !== true)
      return { ok: false, problem: describe(ajv.errors ?? []) }
    return { ok: true, check: checkWith(ajv.compile(schema)) }
  } catch (error) {
    return { ok: false, problem: (error as Error).message }
  } finally {
    if (isJsonObject(schema)) ajv.removeSchema(schema)
  }
}

const shared: { draft07?: Ajv; draft2020?: Ajv } = {}

/** Its meta-schema takes some ms to compile, so one is kept for each draft; a schema with ids of its own gets a new one. */
function ajvFor(schema: Json): Ajv {
  const draft = isDraft07(schema) ? 'draft07' : 'draft2020'
  return namesItself(schema) ? makeAjv(draft) : (shared[draft] ??= makeAjv(draft))
}

const isDraft07 = (schema: Json): boolean =>
  isJsonObject(schema) && typeof schema.$schema === 'string' && schema.$schema.includes('draft-07')

/** Ids and anchors would stay known to the instance, and another schema could refer to them. */
const namesItself = (value: Json): boolean =>
  Array.isArray(value)
    ? value.some(namesItself)
    : isJsonObject(value) &&
      Object.entries(value).some(
        ([key, item]) => ['$id', '$anchor', '$dynamicAnchor', '$recursiveAnchor'].includes(key) || namesItself(item),
      )

function makeAjv(draft: keyof typeof shared): Ajv {
  // compile() checks the shape itself where it must; ajv would do it a second time.
  const options = {
    strict: false,
    allErrors: true,
    validateSchema: false,
    logger: false as const,
    code: { regExp: linearRegExp },
  }
  const ajv = draft === 'draft07' ? new Ajv(options) : new Ajv2020(options)
  // The formats' own expressions are the package's, not the user's: they stay as they are.
  addFormats.default(ajv)
  return ajv
}

// A pattern comes from the repository under test, so a backtracking engine would let it stop the gate.
const linearRegExp = Object.assign(
  (pattern: string): { test(text: string): boolean; toString(): string } => {
    let compiled: RE2JS
    try {
      compiled = RE2JS.compile(RE2JS.translateRegExp(pattern))
    } catch (error) {
      throw new Error(`pattern "${pattern}" is not supported: ${(error as Error).message}`, { cause: error })
    }
    // ajv keeps one compiled pattern for each toString().
    return { test: (text) => compiled.matcher(text).find(), toString: () => `/${pattern}/` }
  },
  // Only written by ajv's stand-alone code, which is not used here.
  { code: 'linearRegExp' },
)

const checkWith =
  (validate: ValidateFunction): SchemaCheck =>
  (value) => {
    const valid = validate(value)
    const errors = valid ? [] : (validate.errors ?? []).slice(0, maxErrors).map(toError)
    return { valid, errors }
  }

const toError = (error: ErrorObject): SchemaError => ({ path: error.instancePath, message: messageOf(error) })

function messageOf(error: ErrorObject): string {
  const { message = `fails ${error.keyword}`, params } = error
  if (error.keyword === 'additionalProperties') return `${message}: "${params.additionalProperty}"`
  if (error.keyword === 'enum')
    return `must be one of ${params.allowedValues.map((value: Json) => JSON.stringify(value)).join(', ')}`
  return message
}

// The meta-schema tries every branch; the error that names the allowed values is the one that helps.
function describe(errors: ErrorObject[]): string {
  const best = errors.find((error) => error.keyword === 'enum') ?? errors[0]
  if (!best) return 'it does not fit its meta-schema'
  const text = best.keyword === 'enum' ? `must be one of ${best.params.allowedValues.join(', ')}` : messageOf(best)
  return `${best.instancePath === '' ? 'it' : best.instancePath} ${text}`
}

/** The first `$ref` that leaves the document; relative ones to its own `$id` are left to ajv. */
function remoteReference(schema: Json): string | null {
  if (Array.isArray(schema)) {
    for (const item of schema) {
      const found = remoteReference(item)
      if (found !== null) return found
    }
  } else if (isJsonObject(schema)) {
    for (const [key, value] of Object.entries(schema)) {
      // Examples and constants may hold a member of that name as data.
      if (key === 'const' || key === 'enum' || key === 'default' || key === 'examples') continue
      if (
        (key === '$ref' || key === '$dynamicRef') &&
        typeof value === 'string' &&
        /^[a-z][a-z0-9+.-]*:\/\//i.test(value) &&
        !isMetaSchema(value)
      )
        return value
      const found = remoteReference(value)
      if (found !== null) return found
    }
  }
  return null
}

const isMetaSchema = (reference: string): boolean =>
  /^https?:\/\/json-schema\.org\/(draft\/2020-12|draft-07)\//.test(reference)
