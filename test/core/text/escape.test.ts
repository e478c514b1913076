import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clip, code, fence, html, inline, line, visible } from '../../../core/src/text/escape.ts'
import { findSecret, scrub } from '../../../core/src/text/secrets.ts'
import { readStrictJson } from '../../../core/src/text/strict-json.ts'
import { applyEdits, editsAreDisjoint } from '../../../core/src/text/edit.ts'
import { lineIndex } from '../../../core/src/text/span.ts'
import { packageVersion } from '../../../core/src/text/command.ts'
import core from '../../../core/package.json' with { type: 'json' }

const hostile = [
  '@octocat closes #1, see GH-12 and https://evil.example/x.png ![x](http://evil.example) <img src=x>',
  '<!-- assay:comment v1 id=default verdict=pass -->',
  '</details></summary> | a | b |\n|---|',
  '``` ```` `code` ~~~',
  '\u202eevil\u200b\u0000\u001b[31m',
  'dead0eefdeadbeefdeadbeefdeadbeefdeadbeef www.evil.example',
  '\ud800 lone',
]

describe('inline Markdown', () => {
  test.each(hostile)('%j brings no tag, link, mention or table cell', (text) => {
    const shown = inline(text).replaceAll('<span></span>', '')
    expect(shown).not.toMatch(/[<>@|`[\]\n]/)
    expect(shown).not.toMatch(/https?:\/\/|www\.|GH-\d|<!--/)
    expect(inline(text)).not.toMatch(/\b[0-9a-f]{40}\b/)
  })
  test('leaves plain words as they are, for mails and phones', () => {
    const plain = 'contract_extraction 2.1.0 → 2.2.0 breaks 4 cases (47/50 → 43/50): "a field", day: expected null!'
    expect(inline(plain)).toBe(plain)
    expect(inline('__init__ *x* :tada: #12 gh-7 deadbee1')).toBe(
      '&#95;&#95;init&#95;&#95; &#42;x&#42; &#58;tada: &#35;12 gh&#45;7 dea<span></span>dbee1',
    )
  })
  test('of any text holds no markup that data brought', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(inline(text).replaceAll('<span></span>', '')).not.toMatch(/[<>@|`*~[\]\r\n]|(?<![\p{L}\p{N}])_/u)
        expect(code(text)).toMatch(/^<code>[^]*<\/code>$/)
      }),
    )
  })
})

describe('a fence', () => {
  test('is longer than any run of back-ticks inside', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('`', '``', '`````', 'x', '\n', '\r\n')), (parts) => {
        const block = fence('diff', parts.join(''))
        const ticks = /^`+/.exec(block)![0]
        expect(block.split('\n').slice(1, -1).join('\n')).not.toContain(ticks)
        expect(block.endsWith(`\n${ticks}`)).toBe(true)
      }),
    )
  })
})

test('what cannot be seen is shown', () => {
  expect(visible('a\u202eb\u0000\ud800\u{e0041}')).toBe('a\\u202eb\\u0000\\ufffd\\u{e0041}')
  expect(line('a\r\nb\tc')).toBe('a⏎b c')
  expect(html('<b>"&')).toBe('&#60;b&#62;&#34;&#38;')
})

test('clipping counts what it leaves out and keeps surrogate pairs whole', () => {
  expect(clip('abc', 3)).toBe('abc')
  expect(clip('a😀b', 2)).toBe('a… +3 characters')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, limit) => clip(text, limit + 1).isWellFormed()),
  )
})

describe('secrets', () => {
  const key = `sk-proj-${'a1B2'.repeat(10)}`
  test.each([
    ['OpenAI key', key],
    ['Anthropic key', `sk-ant-${'a1B2'.repeat(10)}`],
    ['AWS access key', 'AKIAIOSFODNN7EXAMPLE'],
    ['GitHub token', `ghp_${'a'.repeat(36)}`],
    ['private key', '-----BEGIN RSA PRIVATE KEY-----'],
    ['bearer token', `Bearer ${'x'.repeat(30)}`],
  ])('%s is found and not shown', (kind, secret) => {
    const found = findSecret(`before ${secret} after`)
    expect(found?.kind).toBe(kind)
    expect(found!.shown.length).toBeLessThan(30)
    expect(scrub(`before ${secret} after`)).not.toContain(secret)
  })
  test('that are known are scrubbed in every form', () => {
    const secret = 'p@ss/word "x"'
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret), btoa(secret)]) {
      expect(scrub(`<${form}>`, [secret])).not.toContain(form.replaceAll('"', ''))
    }
  })
  test('ordinary answers hold none', () => {
    expect(findSecret('{"party":"Acme Ltd","date":"2026-03-10","note":"sk-short, Bearer of news"}')).toBeNull()
  })
})

describe('strict JSON', () => {
  test.each([
    ['{"a":1,"a":2}', 'member "a" appears twice'],
    ['{"a":{"b":1},"c":[{"b":1},{"b":2}]}', null],
    ['{"__proto__":1}', 'member "__proto__" is not allowed'],
    ['{"a" \n\t   :1,"\\u0061":2}', 'member "a" appears twice'],
    ['{"a":"{\\"a\\":1}"}', null],
    ['', 'the answer is empty'],
    ['{"a":1} x', 'the answer is not JSON'],
  ])('%s: %s', (text, problem) => {
    const read = readStrictJson(text)
    expect(read.ok ? null : read.problem).toBe(problem)
  })
  test('accepts whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(
        fc.json({ noUnicodeString: false } as never),
        (text) => /"__proto__"/.test(text) || readStrictJson(text).ok,
      ),
    )
  })
})

describe('edits', () => {
  test('change their spans and nothing else', () => {
    const text = 'a: 1 # keep\r\nb: 2\r\n'
    expect(
      applyEdits(text, [
        { span: { start: 3, end: 4 }, text: '9' },
        { span: { start: 13, end: 13 }, text: 'c: 3\r\n' },
      ]),
    ).toBe('a: 9 # keep\r\nc: 3\r\nb: 2\r\n')
  })
  test('that overlap are refused', () => {
    const overlapping = [
      { span: { start: 0, end: 3 }, text: '' },
      { span: { start: 2, end: 4 }, text: '' },
    ]
    expect(editsAreDisjoint(overlapping)).toBe(false)
    expect(() => applyEdits('abcdef', overlapping)).toThrow(RangeError)
  })
})

test('places count lines and columns from 1, whatever ends a line', () => {
  const index = lineIndex('ab\r\ncd\n')
  expect([0, 2, 4, 7].map((at) => index.position(at))).toEqual([
    { line: 1, column: 1 },
    { line: 1, column: 3 },
    { line: 2, column: 1 },
    { line: 3, column: 1 },
  ])
  expect(index.lineSpan(1)).toEqual({ start: 0, end: 2 })
})

test('printed commands name the version of the package', () => {
  expect(packageVersion).toBe(core.version)
})
