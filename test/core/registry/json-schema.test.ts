import { describe, expect, test } from 'vitest'
import { compileSchema } from '../../../core/src/registry/json-schema.ts'
import type { Json } from '../../../core/src/text/json.ts'

function check(schema: Json, value: Json) {
  const compiled = compileSchema(schema)
  if (!compiled.ok) throw new Error(compiled.problem)
  return compiled.check(value)
}

const problemOf = (schema: Json): string | null => {
  const compiled = compileSchema(schema)
  return compiled.ok ? null : compiled.problem
}

describe('values', () => {
  test('all errors are named with their places', () => {
    const schema = {
      type: 'object',
      additionalProperties: false,
      required: ['a'],
      properties: { a: true, b: { enum: ['x', 'y'] } },
    }
    expect(check(schema, { b: 'z', c: 1 })).toEqual({
      valid: false,
      errors: [
        { path: '', message: "must have required property 'a'" },
        { path: '', message: 'must NOT have additional properties: "c"' },
        { path: '/b', message: 'must be one of "x", "y"' },
      ],
    })
    expect(check(schema, { a: 1 })).toEqual({ valid: true, errors: [] })
  })

  test('at most 20 errors are kept', () => {
    expect(check({ items: { type: 'string' } }, Array(50).fill(1)).errors).toHaveLength(20)
  })

  test('formats are checked', () => {
    expect(check({ type: ['string', 'null'], format: 'date' }, '2026-02-30').valid).toBe(false)
    expect(check({ type: ['string', 'null'], format: 'date' }, null).valid).toBe(true)
  })

  test('2020-12 unless the schema says draft-07', () => {
    expect(check({ prefixItems: [{ type: 'string' }] }, [1]).valid).toBe(false)
    const draft07 = { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }] }
    expect(check(draft07, [1]).valid).toBe(false)
    expect(problemOf({ items: [{ type: 'string' }] })).not.toBeNull()
  })

  test('references inside the schema work', () => {
    expect(check({ $defs: { s: { type: 'string' } }, properties: { a: { $ref: '#/$defs/s' } } }, { a: 1 }).valid).toBe(
      false,
    )
  })
})

describe('patterns run in linear time', () => {
  test('a pattern that would backtrack for years', () => {
    const start = performance.now()
    expect(check({ pattern: '^(a+)+$' }, `${'a'.repeat(50_000)}b`).valid).toBe(false)
    expect(performance.now() - start).toBeLessThan(1000)
  })

  test('several patterns of one schema are told apart', () => {
    const schema = {
      properties: { a: { pattern: '^a$' }, b: { pattern: '^b$' } },
      patternProperties: { '^x-': { type: 'string' } },
    }
    expect(check(schema, { a: 'a', b: 'b', 'x-y': 'z' }).valid).toBe(true)
    expect(
      check(schema, { a: 'b', b: 'a', 'x-y': 1 })
        .errors.map(({ path }) => path)
        .toSorted(),
    ).toEqual(['/a', '/b', '/x-y'])
  })

  test('named escapes of JavaScript are understood', () => {
    expect(check({ pattern: '^\\d{2}\\/\\p{L}+$' }, '12/é').valid).toBe(true)
  })
})

describe('bad schemas', () => {
  test.each<[Json, RegExp]>([
    [{ properties: { a: { type: 'strng' } } }, /^\/properties\/a\/type must be one of array, boolean/],
    [{ required: 'a' }, /^\/required must be array/],
    [{ pattern: '(?=a)b' }, /^pattern "\(\?=a\)b" is not supported/],
    [{ pattern: '(' }, /^pattern "\(" is not supported/],
    [{ $ref: 'https://example.org/s.json' }, /points outside the schema/],
    [{ properties: { a: { $ref: '#/$defs/none' } } }, /can't resolve reference/],
    [[], /^it must be a map$/],
    [{ minimum: Number.POSITIVE_INFINITY }, /cannot be written as canonical JSON/],
  ])('%j', (schema, problem) => {
    expect(problemOf(schema)).toMatch(problem)
  })

  test('data that looks like a reference is data', () => {
    expect(problemOf({ const: { $ref: 'https://example.org' } })).toBeNull()
  })
})

test('a schema is compiled once, whatever the order of its keys', () => {
  expect(compileSchema({ type: 'string', minLength: 2 })).toBe(compileSchema({ minLength: 2, type: 'string' }))
})
