import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readYaml } from '../../../core/src/registry/yaml.ts'

const messages = (text: string): string[] => readYaml('a.yaml', text).findings.map(({ message }) => message)

describe('hostile YAML', () => {
  test.each([
    ['an alias without its anchor', '*x', 'Alias "*x" has no anchor "&x" above it.'],
    ['a cycle', 'a: &x [*x]', 'Alias "*x" contains itself.'],
    ['a tag', 'a: !foo 1', 'Tags are not allowed: remove "!foo".'],
    ['a core tag', 'a: !!str 1', 'Tags are not allowed: remove "!!str".'],
    ['a merge key', 'x: &a { b: 1 }\ny:\n  <<: *a\n', 'Merge keys ("<<") are not allowed: write the keys out.'],
    ['several documents', 'a: 1\n---\nb: 2', 'Only one document per file; "---" on line 2 starts a second.'],
    ['a doubled key', 'a: 1\na: 2', 'Key "a" appears twice.'],
    ['a number as key', '1: x', 'Key 1 must be a string: write "1" in quotes.'],
    ['a map as key', '? { a: 1 }\n: 2', 'A key must be a string.'],
    ['__proto__', '{ __proto__: { a: 1 } }', 'Key "__proto__" is not allowed.'],
    ['constructor, nested', 'a: { constructor: 1 }', 'Key "constructor" is not allowed.'],
    ['prototype', '"prototype": 1', 'Key "prototype" is not allowed.'],
    ['infinity', 'a: .inf', '.inf cannot be kept as a number: write ".inf" in quotes.'],
    [
      'an integer that a double rounds',
      'a: 12345678901234567890',
      '12345678901234567890 cannot be kept as a number: write "12345678901234567890" in quotes.',
    ],
    ['half of a surrogate pair', 'a: "\\ud800"', 'The text holds half of a surrogate pair.'],
    ['deep brackets', '['.repeat(2000), 'Brackets are nested more than 64 deep.'],
    [
      'deep indents',
      Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}k:`).join('\n'),
      'Indented by more than 256 columns.',
    ],
    ['deep compact lists', '- '.repeat(2000), 'Indented by more than 256 columns.'],
  ])('%s is refused with a sentence', (_, text, message) => {
    expect(messages(text)).toContain(message)
  })

  test('long texts in block scalars are not taken for nesting', () => {
    const text = `a: |\n  ${'['.repeat(500)}\n  ${'- '.repeat(500)}\nb: "${'{'.repeat(500)}"\n`
    expect(readYaml('a.yaml', text)).toMatchObject({ ok: true, value: { b: '{'.repeat(500) } })
  })

  test('a file over the limit is not parsed', () => {
    expect(messages(`a: ${'x'.repeat(1_048_576)}`)).toEqual([
      'File is 1.1 MiB; the limit is 1 MiB (lint.max_file_bytes).',
    ])
    expect(messages('x'.repeat(3_245_000))).toEqual(['File is 3.1 MiB; the limit is 1 MiB (lint.max_file_bytes).'])
    expect(readYaml('a.yaml', 'é'.repeat(6), { maxBytes: 10 }).ok).toBe(false)
    expect(readYaml('a.yaml', 'e'.repeat(6), { maxBytes: 10 }).ok).toBe(true)
  })

  test('aliases are counted before they are expanded', () => {
    const levels = Array.from({ length: 9 }, (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(', ')}]`)
    expect(messages(`l0: &l0 x\n${levels.join('\n')}`)[0]).toMatch(
      /^(More than 100 aliases|Aliases expand to more than 50,000 nodes)\.$/,
    )
    const many = Array.from({ length: 101 }, (_, n) => `k${n}: *a`).join('\n')
    expect(messages(`a: &a 1\n${many}`)).toEqual(['More than 100 aliases.'])
  })

  test('a %YAML directive does not bring YAML 1.1 back', () => {
    expect(readYaml('a.yaml', '%YAML 1.1\n---\na: no\nb: 0o17\nc: 1_000')).toMatchObject({
      value: { a: 'no', b: 15, c: '1_000' },
    })
  })

  test('what YAML 1.2 reads as text stays text', () => {
    expect(readYaml('a.yaml', 'a: off\nb: 2026-03-10\nc: 1:30')).toMatchObject({
      value: { a: 'off', b: '2026-03-10', c: '1:30' },
    })
  })

  test('20,000 keys are compared in linear time', () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n')
    const start = performance.now()
    expect(readYaml('a.yaml', text).ok).toBe(true)
    expect(performance.now() - start).toBeLessThan(3000)
  })
})

test('spans are those of values and keys', () => {
  const text = '# c\na: "q"\nlist:\n  - x: |\n      one\n      two\n    y/z: 1\n'
  const read = readYaml('a.yaml', text)
  if (!read.ok) throw new Error('not read')
  const at = (pointer: string): string => text.slice(read.spans[pointer]!.start, read.spans[pointer]!.end)
  expect(at('/a')).toBe('"q"')
  expect(at('/list/0/x#key')).toBe('x')
  expect(at('/list/0/x')).toBe('|\n      one\n      two\n')
  expect(at('/list/0/y~1z')).toBe('1')
})

test('a byte order mark and CRLF are read', () => {
  expect(readYaml('a.yaml', '\uFEFFa: |\r\n  x\r\n  y\r\n')).toMatchObject({ ok: true, value: { a: 'x\ny\n' } })
})

test('never throws, and every finding has a place in the text', () => {
  const yamlish = fc.string({
    unit: fc.constantFrom(...'ab:-?[]{}&*!|>%@`"\'#, \n\t<0.', '\uFEFF', '\ud800', '__proto__'),
    maxLength: 60,
  })
  fc.assert(
    fc.property(fc.oneof(yamlish, fc.string()), (text) => {
      for (const { span } of readYaml('a.yaml', text).findings) {
        if (span.start < 0 || span.end < span.start || span.end > text.length) return false
      }
      return true
    }),
    { numRuns: 3000 },
  )
})
