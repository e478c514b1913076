import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { handlebarsToMustache } from '../../../core/src/formats/handlebars.ts'
import { jinjaToMustache } from '../../../core/src/formats/jinja2.ts'
import { fromMustache, handlebars, jinja } from '../../../core/src/formats/mustache-out.ts'
import { caseId, newNames, registryName } from '../../../core/src/formats/names.ts'
import { picoToSchema } from '../../../core/src/formats/picoschema.ts'
import { simpleToMustache } from '../../../core/src/formats/simple.ts'
import { yamlText } from '../../../core/src/formats/yaml-text.ts'
import type { PromptFile } from '../../../core/src/registry/prompt-file.ts'
import { templateProblems } from '../../../core/src/registry/template.ts'
import { readYaml } from '../../../core/src/registry/yaml.ts'
import type { Json } from '../../../core/src/text/json.ts'

const names = () => newNames(() => {})
const asPrompt = (more: object = {}): PromptFile =>
  ({ templateFormat: 'mustache', inputs: null, extra: { 'x-import': more } }) as unknown as PromptFile

describe('jinja2', () => {
  test.each([
    ['names with dots', 'a {{ x }} {{x.y}}', 'a {{ x }} {{x.y}}'],
    ['a condition', '{% if x %}A{% endif %}', '{{#x}}A{{/x}}'],
    ['its opposite', '{% if not x %}A{% endif %}', '{{^x}}A{{/x}}'],
    ['else on one line', '{% if x %}A{% else %}B{% endif %}', '{{#x}}A{{/x}}{{^x}}B{{/x}}'],
    ['else on its own line', '{% if x %}\nA\n{% else %}\nB\n{% endif %}\n', '{{#x}}\nA\n{{/x}}\n{{^x}}\nB\n{{/x}}\n'],
    ['a loop', '{% for i in xs %}- {{ i }}{% endfor %}', '{{#xs}}- {{ . }}{{/xs}}'],
    [
      'fields of the item',
      '{% for i in xs %}{{ i.a }}{% if i.b %}!{% endif %}{% endfor %}',
      '{{#xs}}{{ a }}{{#b}}!{{/b}}{{/xs}}',
    ],
    [
      'a loop in a loop',
      '{% for i in xs %}{% for j in i.ys %}{{j.a}}{% endfor %}{% endfor %}',
      '{{#xs}}{{#ys}}{{a}}{{/ys}}{{/xs}}',
    ],
    ['a comment', 'a{# why #}b', 'a{{! why }}b'],
    ['white space control', 'a\n  {%- if x -%}\n b {{- y -}} c{% endif %}', 'a{{#x}}b{{ y }}c{{/x}}'],
    ['braces of JSON', '{"a": {{ x }}}', '{"a": {{ x }}}'],
  ])('%s', (_, template, expected) => {
    const done = jinjaToMustache(template, names())
    expect(done.problems).toEqual([])
    expect(done.text).toBe(expected)
    expect(templateProblems(done.text, 'mustache')).toEqual([])
  })

  test('a condition on a list or an object gets a name of its own: mustache would repeat or enter it', () => {
    const done = jinjaToMustache(
      '{% if xs %}All: {% for x in xs %}{{ x }}{% endfor %}{% endif %}{% if c %}{{c.d}}{% endif %}',
      names(),
    )
    expect(done.text).toBe('{{#has_xs}}All: {{#xs}}{{ . }}{{/xs}}{{/has_xs}}{{#has_c}}{{c.d}}{{/has_c}}')
    expect(done.conditions).toEqual({ has_xs: 'xs', has_c: 'c' })
  })

  test.each([
    ['{{ x | upper }}', '"{{ x | upper }}": replace the filter: give the finished value and write {{ x }}.'],
    [
      "{{ x['y'] }}",
      `"{{ x['y'] }}": replace the brackets: write {{ x.field }}, or give the value under its own name.`,
    ],
    ['{{ f(x) }}', '"{{ f(x) }}": replace the call: give its result under a name of its own.'],
    ['{{ a + b }}', '"{{ a + b }}": replace the expression: give its value under a name of its own.'],
    [
      '{% if a == 1 %}{% endif %}',
      '"{% if a == 1 %}": replace the condition: give its truth under a name of its own and write {% if is_so %}.',
    ],
    ['{% if a %}{% elif b %}{% endif %}', '"{% elif b %}": replace elif: write {% else %}{% if x %}…{% endif %}.'],
    ['{% set a = 1 %}', '"{% set a = 1 %}": replace "set": give the finished value under a name of its own.'],
    ['{% macro m() %}{% endmacro %}', '"{% macro m() %}": replace the macro: write its text where it is used.'],
    [
      '{% for a, b in xs %}{% endfor %}',
      '"{% for a, b in xs %}": replace the loop: only {% for item in items %} is read.',
    ],
    ['{% raw %}{% endraw %}', '"{% raw %}": replace the raw block: mustache cannot write a literal "{{".'],
    [
      '{% for i in xs %}{{ other }}{% endfor %}',
      'Inside a loop only {{i}} and its fields can be used: "other" comes from outside.',
    ],
    ['{% for i in xs %}a{% else %}b{% endfor %}', 'A loop cannot have an else: ask for the list before it.'],
    ['{% if x %}a', '"x" is never closed.'],
    [
      '{% if c.d %}{% for i in c.d %}{% endfor %}{% endif %}',
      '"c.d" is a list: give its truth under a name of its own and ask for that.',
    ],
  ])('%s is refused with what to write', (template, message) => {
    expect(jinjaToMustache(template, names()).problems.map((problem) => problem.message)).toContain(message)
  })
})

test('handlebars: if, unless, each, this, triple braces, comments; names with hyphens are renamed', () => {
  const done = handlebarsToMustache(
    '{{!-- note --}}{{#if a}}{{{b-c}}}{{else}}-{{/if}}{{#unless a}}!{{/unless}}{{#each xs}}{{this}} {{this.f}} {{f}}{{/each}}',
    names(),
  )
  expect(done.problems).toEqual([])
  expect(done.text).toBe('{{! note }}{{#a}}{{{b_c}}}{{/a}}{{^a}}-{{/a}}{{^a}}!{{/a}}{{#xs}}{{.}} {{f}} {{f}}{{/xs}}')
})

test('a mustache template comes back in each engine', () => {
  const template = '{{#a}}x{{/a}}{{^a}}y{{/a}}{{#xs}}- {{.}} {{f}}\n{{/xs}}{{! n }}{{b.c}}'
  const lost = (what: string) => expect(what).toBe('')
  expect(fromMustache(asPrompt({ loops: { xs: 'each' } }), template, jinja, lost)).toBe(
    '{% if a %}x{% else %}y{% endif %}{% for each in xs %}- {{each}} {{each.f}}\n{% endfor %}{# n #}{{b.c}}',
  )
  expect(fromMustache(asPrompt(), template, handlebars, lost)).toBe(
    '{{#if a}}x{{else}}y{{/if}}{{#each xs}}- {{this}} {{f}}\n{{/each}}{{! n }}{{b.c}}',
  )
})

test('an f-string template is written as mustache; a literal "{{" is said', () => {
  const prompt = { ...asPrompt(), templateFormat: 'f-string' } as PromptFile
  const lost: string[] = []
  expect(fromMustache(prompt, '{a} {{"b": 1}}', jinja, (what) => lost.push(what))).toBe('{{a}} {"b": 1}')
  expect(lost).toEqual([])
  fromMustache(prompt, '{{{{x', jinja, (what) => lost.push(what))
  expect(lost).toEqual(['A literal "{{" would be read as a placeholder.'])
})

test('converting never throws, and what it accepts is a legal template', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '{{ x }}',
      '{{x.y}}',
      '{% if x %}',
      '{% else %}',
      '{% endif %}',
      '{% for i in xs %}',
      '{{ i }}',
      '{% endfor %}',
      '{#',
      '#}',
      '{{',
      '}}',
      '{%',
      '\n',
      ' ',
      '{{#each xs}}',
      '{{this}}',
      '{{/each}}',
      '{{#if x}}',
      '{{/if}}',
      '{{else}}',
      '\\',
    ),
    fc.string({ maxLength: 4 }),
  )
  const template = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(template, (source) => {
      for (const convert of [jinjaToMustache, handlebarsToMustache, simpleToMustache]) {
        const done = convert(source, names())
        if (done.problems.length === 0) expect(templateProblems(done.text, 'mustache')).toEqual([])
      }
    }),
    { numRuns: 3000 },
  )
})

test('names: legal ones stay, others are renamed once, without clashes', () => {
  const said: string[] = []
  const table = newNames((from, to) => said.push(`${from} ${to}`))
  expect(['a', 'b-c', 'b c', 'b-c', '1st', 'é'].map((name) => table.of(name))).toEqual([
    'a',
    'b_c',
    'b_c_2',
    'b_c',
    '_1st',
    '_',
  ])
  expect(said).toEqual(['b-c b_c', 'b c b_c_2', '1st _1st', 'é _'])
  expect(registryName('  Text Summarizer (v2)!')).toBe('text_summarizer_v2')
  expect(registryName('日本')).toBe('prompt')
  const taken = new Set<string>()
  expect([caseId('A b!', 0, taken), caseId('a B', 1, taken), caseId(undefined, 2, taken)]).toEqual([
    'a-b',
    'a-b-2',
    'case-3',
  ])
})

test('Picoschema', () => {
  const written = {
    name: 'string, what it is called',
    'size?': 'integer',
    'tags(array, words)': 'string',
    'kind(enum)': ['a', 'b'],
    'parts(array)': { 'n?': 'number' },
    'more?(object, anything)': { '(*)': 'any' },
  }
  expect(picoToSchema(written)).toEqual({
    ok: true,
    schema: {
      type: 'object',
      properties: {
        name: { type: 'string', description: 'what it is called' },
        size: { type: 'integer' },
        tags: { type: 'array', items: { type: 'string' }, description: 'words' },
        kind: { enum: ['a', 'b'] },
        parts: {
          type: 'array',
          items: { type: 'object', properties: { n: { type: 'number' } }, required: [], additionalProperties: false },
        },
        more: { type: 'object', properties: {}, required: [], additionalProperties: {}, description: 'anything' },
      },
      required: ['name', 'tags', 'kind', 'parts'],
      additionalProperties: false,
    },
  })
  expect(picoToSchema('MySchema')).toMatchObject({
    ok: false,
    problem: expect.stringContaining('"MySchema" is no type'),
  })
  expect(picoToSchema({ type: 'object' })).toEqual({ ok: true, schema: { type: 'object' } })
})

test('written YAML reads back as the very value', () => {
  const key = fc.stringMatching(/^[a-z_-]{1,6}$/).filter((each) => each !== 'constructor' && each !== 'prototype')
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      'yes',
      '2026-01-01',
      '1.0.0',
      '~',
      ' a\n b',
      'a\n',
      '\n',
      'a: b',
      '# x',
      '- x',
      'a\r\nb',
      '\t',
      "it's",
      '"',
      '%x',
      '@a',
      '`',
      '{a}',
      '[',
      '!x',
      '&x',
      '*x',
      'a #b',
      '\u0085\u2028',
      '1e3',
      '0o7',
      'null',
    ),
  )
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }))
  fc.assert(
    fc.property(fc.dictionary(key, value, { minKeys: 1, maxKeys: 4, noNullPrototype: true }), (file) => {
      const read = readYaml('x.yaml', yamlText(file))
      expect(read).toMatchObject({ ok: true, findings: [] })
      expect(read.ok && read.value).toEqual(file)
    }),
    { numRuns: 2000 },
  )
})
