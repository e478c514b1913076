import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { insertItem, insertKey, removeKey, scalarText, setScalar } from '../../../core/src/registry/edit.ts'
import { reorderItems } from '../../../core/src/registry/reorder.ts'
import { scalarMap } from '../../../core/src/registry/scalar-map.ts'
import { readYaml } from '../../../core/src/registry/yaml.ts'
import type { Spans } from '../../../core/src/registry/yaml.ts'
import { applyEdits } from '../../../core/src/text/edit.ts'
import type { TextEdit } from '../../../core/src/text/edit.ts'
import type { Json } from '../../../core/src/text/json.ts'

function read(text: string): { value: Json; spans: Spans } {
  const result = readYaml('a.yaml', text)
  if (!result.ok || result.findings.length > 0)
    throw new Error(`${text}\n${result.findings.map(({ message }) => message).join()}`)
  return result
}

const apply = (text: string, edit: TextEdit | null): string => {
  if (!edit) throw new Error('no edit')
  return applyEdits(text, [edit])
}

describe('a value', () => {
  test.each([
    ['a: "x" # c\r\nb: 1\r\n', '/a', 'y', 'a: "y" # c\r\nb: 1\r\n'],
    ["a: 'x' # c", '/a', "it's", "a: 'it''s' # c"],
    ['a: x', '/a', 'gpt-4o-2024-08-06', 'a: gpt-4o-2024-08-06'],
    ['a: x', '/a', 'yes: no', 'a: "yes: no"'],
    ['a: x', '/a', '2.10', 'a: "2.10"'],
    ["a: 'x'", '/a', 'two\nlines', 'a: "two\\nlines"'],
    ['a: { b: x, c: y }', '/a/b', 'z', 'a: { b: z, c: y }'],
  ])('%j %s = %j', (text, pointer, value, expected) => {
    expect(apply(text, setScalar(text, read(text).spans[pointer]!, value))).toBe(expected)
  })

  test('any text is read back, in any quoting', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('x', "'x'", '"x"'), (value, like) => {
        fc.pre(value.isWellFormed())
        return (read(`a: ${scalarText(value, like)}\n`).value as { a: string }).a === value
      }),
      { numRuns: 2000 },
    )
  })
})

describe('an item of a list', () => {
  const members = [
    ['version', '2.0.0'],
    ['change', 'Says "more": a lot'],
  ] as const
  test.each([
    ['at the top of a block list', 'log: # newest first\n  # one\n  - version: "1.0.0" # old\n    change: a\n', 0],
    ['with CRLF', 'log:\r\n- version: "1.0.0"\r\n  change: a\r\n', 0],
    ['at the end, without a last line end', 'log:\n  - version: "1.0.0"\n    change: |\n      a', 1],
    ['at the end, before other keys', 'log:\n  - version: "1.0.0"\n    change: a # last\nx: 1\n', 1],
    ['into a flow list', 'log: [{ version: "1.0.0", change: a }] # c\n', 0],
    ['behind the last of a flow list', 'log: [{ version: "1.0.0", change: a }]\n', 1],
    ['into an empty list', 'log: [] # none\nx: 1\n', 0],
    ['as a new key', 'x: 1', 0],
  ])('%s', (_, text, index) => {
    const after = apply(text, insertItem(text, read(text).spans, '/log', index, members))
    const before = read(text).value as Record<string, Json[]>
    const log = [...(before.log ?? [])]
    log.splice(index, 0, { version: '2.0.0', change: 'Says "more": a lot' })
    expect(read(after).value).toEqual({ ...before, log })
    for (const comment of text.match(/#.*$/gm) ?? []) expect(after).toContain(comment)
    if (text.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toContain('\n')
    expect(after.endsWith('\n')).toBe(text.endsWith('\n') || !text.includes('log'))
  })

  test('a layout that could break is left alone', () => {
    const text = 'log:\n  -\n    version: "1.0.0"\n'
    expect(insertItem(text, read(text).spans, '/log', 0, members)).toBeNull()
  })
})

describe('a key', () => {
  test.each([
    ['in:\n  a: 1 # one\n  b: |\n    x\nz: 1\n', 'in:\n  a: 1 # one\n  b: |\n    x\n  c: string\nz: 1\n'],
    ['in: { a: 1 }\n', 'in: { a: 1, c: string }\n'],
    ['in: {}\n', 'in: { c: string }\n'],
    ['in:\r\n  a: 1', 'in:\r\n  a: 1\r\n  c: string'],
  ])('is added: %j', (text, expected) => {
    expect(apply(text, insertKey(text, read(text).spans, '/in', 'c', 'string'))).toBe(expected)
  })

  test.each([
    ['in:\n  a: 1 # gone\n  b: 2 # stays\n', 'in:\n  b: 2 # stays\n'],
    ['in:\n  b: 2\n  a:\n    deep: [1,\n      2]\nz: 1\n', 'in:\n  b: 2\nz: 1\n'],
    ['in: { a: 1, b: 2 }\n', 'in: { b: 2 }\n'],
    ['in: { b: 2, a: 1 }\n', 'in: { b: 2 }\n'],
  ])('is removed: %j', (text, expected) => {
    expect(apply(text, removeKey(text, read(text).spans, '/in/a'))).toBe(expected)
  })

  test('the only member stays, for its map would be empty', () => {
    expect(removeKey('in:\n  a: 1\n', read('in:\n  a: 1\n').spans, '/in/a')).toBeNull()
  })
})

test('items are put in another order with their comments', () => {
  const text = 'log:\n  # c\n  - v: 1 # one\n  # two\n  # more of two\n  - v: 2\n\n  - v: |\n      3\nx: 1\n'
  const edit = reorderItems(text, read(text).spans, '/log', [2, 1, 0])
  expect(apply(text, edit)).toBe(
    'log:\n  - v: |\n      3\n  # two\n  # more of two\n  - v: 2\n\n  # c\n  - v: 1 # one\nx: 1\n',
  )
})

describe('places inside scalars', () => {
  test.each([
    ['a literal', 'a: |\n  one\n\n  two {x}\n', '{x}'],
    ['a literal with indicator and CRLF', 'a: |2-\r\n   one\r\n  {x}\r\n', '{x}'],
    ['plain', 'a: one {x', '{x'],
    ['single quotes', "a: 'it''s {x}'", '{x}'],
    ['double quotes with escapes', 'a: "\\t\\u00e9 \\"{x}\\""', '{x}'],
    ['an escaped character beyond 16 bits', 'a: "\\U0001f600{x}"', '{x}'],
    ['folded', 'a: >\n  one\n  two {x}\n', '{x}'],
    ['double quotes over two lines', 'a: "one\n  two {x}"', '{x}'],
    ['plain over two lines', 'a: one\n  two {x\n', '{x'],
  ])('%s', (_, text, part) => {
    const { value, spans } = read(text)
    const content = (value as { a: string }).a
    const at = scalarMap(text, spans['/a']!, content)(content.indexOf(part))
    expect(at).toBe(text.indexOf(part))
  })

  test('never point outside the scalar', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '{', ' ', '\n', "'", '"', '\\') }),
        fc.constantFrom('"', "'"),
        (content, quote) => {
          const text = `a: ${scalarText(content, quote)}\n`
          const map = scalarMap(text, read(text).spans['/a']!, content)
          return [...content].every((character, index) => {
            const at = map(index)
            return at === null || /[\s\\]/.test(character) || text[at] === character || text[at] === '\\'
          })
        },
      ),
    )
  })
})
