import canonicalize from 'canonicalize'
import { AssayError } from '../errors.ts'
import type { Json } from './json.ts'

/**
 * RFC 8785 JSON: the input of every hash. Key order, spacing and number spelling of the source do not show in it.
 * @throws AssayError `json` for NaN, infinities, integers outside ±(2^53 − 1), lone surrogates and anything that is not JSON, with the path.
 */
export function canonicalJson(value: Json): string {
  // Paths are only worked out when there is something to say.
  if (!isCanonical(value)) check(value, '')
  return canonicalize(value)!
}

function isCanonical(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value === 'number') {
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
  }
  if (Array.isArray(value)) return value.every(isCanonical)
  if (typeof value !== 'object') return typeof value === 'boolean'
  if (value === null) return true
  return Object.entries(value).every(([key, item]) => key.isWellFormed() && isCanonical(item))
}

// The package throws without a place, and it rounds large integers without a word; both would make a hash nobody can explain.
function check(value: unknown, path: string): void {
  if (value === null || typeof value === 'boolean') return
  if (typeof value === 'string') {
    if (!value.isWellFormed()) fail(path, 'half of a surrogate pair')
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) fail(path, String(value))
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) fail(path, `the unsafe integer ${value}`)
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) check(item, `${path}/${index}`)
  } else if (typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      const at = `${path}/${escapePointer(key)}`
      if (!key.isWellFormed()) fail(at, 'half of a surrogate pair in a key')
      check(item, at)
    }
  } else {
    fail(path, typeof value)
  }
}

const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

function fail(path: string, what: string): never {
  throw new AssayError('json', `${path === '' ? 'The value' : path} cannot be written as canonical JSON: ${what}.`)
}
