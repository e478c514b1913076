import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePrompt } from '../../../core/src/registry/parse.ts'
import { canonicalJson } from '../../../core/src/text/canonical-json.ts'
import type { Json } from '../../../core/src/text/json.ts'

describe('canonical JSON', () => {
  test('keys are sorted by UTF-16 units, numbers are spelled one way', () => {
    expect(
      canonicalJson({ b: 1e-7, a: [1.0, 0.000001, -0], '€': null, '\ud83d\ude00': true, '\ufb33': 'x' } as Json),
    ).toContain('"a":[1,0.000001,0]')
    expect(canonicalJson({ '\ufb33': 1, '\ud83d\ude00': 2, '€': 3 })).toBe('{"€":3,"😀":2,"\ufb33":1}')
    expect(canonicalJson('\u2028"\\\n')).toBe('"\u2028\\"\\\\\\n"')
  })

  test.each<[unknown, RegExp]>([
    [{ a: [1, Number.NaN] }, /^\/a\/1 cannot be written as canonical JSON: NaN\.$/],
    [{ 'a/b': Number.POSITIVE_INFINITY }, /^\/a~1b cannot/],
    [2 ** 53, /^The value cannot be written as canonical JSON: the unsafe integer 9007199254740992\.$/],
    [{ a: '\ud800' }, /^\/a cannot .* half of a surrogate pair\.$/],
    [{ '\ud800': 1 }, /half of a surrogate pair in a key/],
    [{ a: undefined }, /^\/a cannot .* undefined\.$/],
  ])('%j is refused with its path', (value, message) => {
    expect(() => canonicalJson(value as Json)).toThrow(message)
  })

  test('the order of keys does not show, the value comes back', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        let text: string
        try {
          text = canonicalJson(value as Json)
        } catch {
          return true
        }
        const shuffled = JSON.parse(
          JSON.stringify(value, (_, item) =>
            item && typeof item === 'object' && !Array.isArray(item)
              ? Object.fromEntries(Object.entries(item).toReversed())
              : item,
          ),
        ) as Json
        expect(canonicalJson(shuffled)).toBe(text)
        expect(canonicalJson(JSON.parse(text) as Json)).toBe(text)
        return true
      }),
    )
  })
})

test('CRLF inside a quoted text counts as LF', () => {
  const hash = (content: string) => {
    const parsed = parsePrompt('prompts/a.yaml', `version: "1.0.0"\nmodel: gpt-4o\nsystem: ${content}\nchangelog: []\n`)
    return parsed.ok ? parsed.prompt.canonicalHash : null
  }
  expect(hash('"a\\r\\nb"')).toBe(hash('"a\\nb"'))
  expect(hash('"a\\\\r\\\\nb"')).not.toBe(hash('"a\\nb"'))
})
