import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePrompt } from '../../../core/src/registry/parse.ts'
import type { PromptFile } from '../../../core/src/registry/prompt-file.ts'
import { render } from '../../../core/src/registry/render.ts'
import { placeholders, templateProblems } from '../../../core/src/registry/template.ts'
import type { JsonObject } from '../../../core/src/text/json.ts'

const today = '2026-11-23'

function promptOf(more: Record<string, unknown>): PromptFile {
  const file = {
    version: '1.0.0',
    model: 'gpt-4o',
    changelog: [{ version: '1.0.0', date: '2026-01-01', change: 'First version' }],
    ...more,
  }
  // JSON is YAML.
  const parsed = parsePrompt('prompts/a.yaml', JSON.stringify(file))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings))
  return parsed.prompt
}

const text = (template: string, vars: JsonObject, more: Record<string, unknown> = {}): string => {
  const rendered = render(promptOf({ user_template: template, ...more }), vars, { today })
  if (!rendered.ok) throw new Error(JSON.stringify(rendered))
  return rendered.messages.at(-1)!.content
}

describe('f-string', () => {
  test.each<[string, string, JsonObject, string]>([
    ['text as it is, not trimmed', '[{a}]', { a: '  x\n' }, '[  x\n]'],
    ['doubled braces', '{{"a": {a}}}', { a: 1 }, '{"a": 1}'],
    ['numbers and booleans as JSON', '{a} {b} {c}', { a: 1.5, b: true, c: null }, '1.5 true null'],
    [
      'lists and maps with two spaces, keys in order',
      '{a}',
      { a: { z: [1], b: {} } },
      '{\n  "z": [\n    1\n  ],\n  "b": {}\n}',
    ],
    ['one pass: values are never read again', '{a}{b}', { a: '{b}', b: '{a}{{}}' }, '{b}{a}{{}}'],
    ['dollar signs in values', '{a}', { a: '$& $1 $$' }, '$& $1 $$'],
    ['CRLF in the template becomes LF, in a value it stays', 'x\r\n{a}', { a: 'y\r\nz' }, 'x\ny\r\nz'],
    ['today', '{today}', {}, '2026-11-23'],
    ['a case may override today', '{today}', { today: 'now' }, 'now'],
    ['a name of an object method as a variable', '{constructor}', { constructor: 'x' }, 'x'],
  ])('%s', (_, template, vars, expected) => {
    expect(text(template, vars)).toBe(expected)
  })

  test('the output schema is filled in', () => {
    expect(text('{output_schema}', {}, { output_schema: { type: 'object' } })).toBe('{\n  "type": "object"\n}')
  })

  test('all that is missing is named at once, and inherited names are just missing', () => {
    const prompt = promptOf({ system: '{b} {constructor} {toString}', user_template: '{a} {output_schema}' })
    expect(render(prompt, { a: 1 }, { today })).toEqual({
      ok: false,
      missing: ['b', 'constructor', 'output_schema', 'toString'],
      problems: [],
    })
  })

  test('variables that no template uses are named', () => {
    expect(render(promptOf({ user_template: '{a}' }), { a: 1, b: 2 }, { today })).toMatchObject({
      ok: true,
      unused: ['b'],
    })
  })

  test('messages keep their roles and order', () => {
    const messages = [
      { role: 'system', content: 'S {a}' },
      { role: 'user', content: 'U' },
      { role: 'assistant', content: 'A' },
      { role: 'user', content: '{a}' },
    ]
    const rendered = render(promptOf({ messages }), { a: 'x' }, { today })
    expect(rendered).toMatchObject({
      messages: [
        { role: 'system', content: 'S x' },
        { role: 'user' },
        { role: 'assistant' },
        { role: 'user', content: 'x' },
      ],
    })
  })

  test('a lone brace is a problem, not a guess', () => {
    expect(render(promptOf({ user_template: '{a} {' }), { a: 1 }, { today })).toMatchObject({
      ok: false,
      problems: ['"{" opens no placeholder. Write "{{" for a literal brace.'],
    })
  })

  test('places of placeholders', () => {
    expect(placeholders('{{a}} {b}{b}', 'f-string')).toEqual([
      { name: 'b', span: { start: 6, end: 9 }, inSection: false },
      { name: 'b', span: { start: 9, end: 12 }, inSection: false },
    ])
  })

  test('any text comes out again when its braces are doubled', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('{', '}', 'a', ' ', '\n', '"') }), (value) => {
        const escaped = value.replaceAll('{', '{{').replaceAll('}', '}}')
        return (
          templateProblems(escaped, 'f-string').length === 0 && text(`{x}${escaped}`, { x: value }) === value + value
        )
      }),
    )
  })

  test('doubling the braces that are problems leaves none', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('{', '}', 'a', '1', ' ') }), (template) => {
        let mended = template
        for (const { span, text: double } of templateProblems(template, 'f-string')
          .flatMap(({ fix }) => fix!.edits)
          .toReversed()) {
          mended = mended.slice(0, span.start) + double + mended.slice(span.end)
        }
        return templateProblems(mended, 'f-string').length === 0
      }),
    )
  })
})

describe('mustache', () => {
  const mustache = { template_format: 'mustache' }
  test.each<[string, string, JsonObject, string]>([
    ['nothing is escaped', '{{a}} {{{a}}} {{&a}}', { a: '<b> & "c"' }, '<b> & "c" <b> & "c" <b> & "c"'],
    ['dotted names', '{{a.b.c}}', { a: { b: { c: 1 } } }, '1'],
    ['a list', '{{#xs}}<{{.}}>{{/xs}}', { xs: [1, 'b', [2]] }, '<1><b><[\n  2\n]>'],
    [
      'a list of maps, outer names inside',
      '{{#xs}}{{n}}{{sep}}{{/xs}}',
      { xs: [{ n: 1 }, { n: 2 }], sep: ';' },
      '1;2;',
    ],
    ['falsy, empty and absent sections', '{{#a}}A{{/a}}{{#b}}B{{/b}}{{#c}}C{{/c}}', { a: false, b: [] }, ''],
    ['inverted sections', '{{^a}}no a{{/a}}{{^b}}no b{{/b}}', { b: 1 }, 'no a'],
    ['comments', 'a{{! not here }}b', {}, 'ab'],
    ['section tags alone on a line take the line', 'x\n{{#a}}\ny\n{{/a}}\nz', { a: true }, 'x\ny\nz'],
    ['values are never read again', '{{a}}', { a: '{{b}}' }, '{{b}}'],
    ['single braces are text', '{"a": {{a}}}', { a: 1 }, '{"a": 1}'],
    ['inherited members are not there', '{{#a}}{{constructor}}{{/a}}', { a: {} }, ''],
  ])('%s', (_, template, vars, expected) => {
    expect(text(template, vars, mustache)).toBe(expected)
  })

  test('a missing name is an error, not nothing', () => {
    expect(render(promptOf({ user_template: '{{a}} {{#b}}{{c}}{{/b}}', ...mustache }), {}, { today })).toMatchObject({
      missing: ['a'],
    })
  })

  test.each([
    ['{{> part}}', 'Partials are not allowed: write the text of "part" here.'],
    ['{{=<% %>=}}', 'Other delimiters are not allowed.'],
    ['{{#a}}', 'Section "a" is never closed.'],
    ['{{#a}}{{/b}}{{/a}}', '"{{/b}}" closes "{{#a}}".'],
    ['{{/a}}', '"{{/a}}" closes no section.'],
    ['{{a b}}', '"a b" is not a name: letters, digits, "_" and dots are allowed.'],
    ['{{a', '"{{" is never closed by "}}".'],
  ])('%s', (template, message) => {
    expect(templateProblems(template, 'mustache').map((problem) => problem.message)).toContain(message)
  })
})

describe('declared inputs', () => {
  const inputs = {
    a: { type: 'string', max_tokens: 3 },
    n: { type: 'integer', default: 7 },
    o: { type: 'string', required: false },
    e: { type: 'string', enum: ['x', 'y'], required: false },
  }
  const prompt = promptOf({ user_template: '{a}|{n}|{o}|{e}', inputs })
  const tokens = (value: string): number => value.length

  test('defaults are filled in, optional inputs are empty', () => {
    expect(render(prompt, { a: 'x' }, { today })).toMatchObject({ messages: [{ content: 'x|7||' }] })
  })

  test('types, enums and lengths are checked', () => {
    expect(render(prompt, { a: 1, n: 1.5, e: 'z' }, { today })).toEqual({
      ok: false,
      missing: [],
      problems: ['{a} must be string, not number.', '{n} must be integer, not number.', '{e} must be one of "x", "y".'],
    })
    expect(render(prompt, { a: 'four' }, { today, tokens })).toMatchObject({
      problems: ['{a} has about 4 tokens; its max_tokens is 3.'],
    })
    expect(render(prompt, { a: 'xyz' }, { today, tokens }).ok).toBe(true)
  })
})
