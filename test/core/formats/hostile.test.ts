import * as fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formats, formatsOf } from '../../../core/src/formats/index.ts'
import { readYaml } from '../../../core/src/registry/yaml.ts'
import { own, wild } from './wild.ts'

const root = new URL('../../fixtures/formats/', import.meta.url).pathname
const o = { today: '2026-11-23', scorers: ['exact', 'contains', 'json-schema'], readFile: () => undefined }
const texts = [...wild, ...own].map(({ format, fixture }) => readFileSync(join(root, format, fixture), 'utf8'))

test('a mutated file is imported or refused with a place, never with an exception', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    '{%- if x %}',
    '{% endif %}',
    '---\n',
    '\n',
    '  ',
    ': ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '\\',
    '\u0000',
    '\ud800',
    'null',
    '1e999',
    '&a',
    '*a',
    '!x',
    '<<',
    '__proto__: 1\n',
    'user:\n',
  )
  const mutated = fc
    .tuple(
      fc.constantFrom(...texts),
      fc.array(fc.tuple(fc.nat(2000), fc.nat(40), piece), { minLength: 1, maxLength: 4 }),
    )
    .map(([text, edits]) =>
      edits.reduce(
        (now, [at, gone, put]) => now.slice(0, at % (now.length + 1)) + put + now.slice((at % (now.length + 1)) + gone),
        text,
      ),
    )
  fc.assert(
    fc.property(mutated, (text) => {
      formatsOf('x', text)
      for (const format of formats) {
        const done = format.import('a/x', text, o)
        if (done.ok) continue
        expect(done.findings.length).toBeGreaterThan(0)
        for (const finding of done.findings) {
          expect(finding.line).toBeGreaterThan(0)
          expect(finding.span.end).toBeLessThanOrEqual(text.length)
        }
      }
    }),
    { numRuns: 600 },
  )
})

const size = 100_000
const timeOf = (work: () => void): number => {
  const start = performance.now()
  work()
  return performance.now() - start
}
const repeat = (text: string): string => text.repeat(Math.ceil(size / text.length))

test.each([
  ['open blocks', repeat('{%')],
  ['open names', repeat('{{')],
  ['open comments', repeat('{{!--')],
  ['conditions on one line', repeat('{% if a.b %}x{% endif %}')],
  ['nested conditions', repeat('{% if a %}')],
  ['loops with roles', repeat('{% for i in x %}\nuser:\n{% endfor %}\n')],
  ['role marks', repeat('user:\n')],
  ['spaces', ' '.repeat(size)],
  ['spaces before a role', `${' '.repeat(size)}#`],
  ['spaces in a name', `{{${' '.repeat(size)}`],
  ['line ends', '\n'.repeat(size)],
  ['rules', repeat('---\n')],
  ['handlebars', repeat('{{#if a}}{{b}}{{else}}{{/if}}')],
  ['brackets', '['.repeat(size)],
  ['many names', repeat('{{a-b}}{{c d}}')],
])('%s: 100 kB in a second beside the YAML', (_, text) => {
  for (const format of formats) {
    for (const file of [
      text,
      `---\nname: x\n---\n${text}`,
      JSON.stringify({ prompt: text, labels: [] }),
      `messages:\n  - role: user\n    content: ${JSON.stringify(text)}\nprompts: [${JSON.stringify(text)}]\n`,
    ]) {
      // What the YAML reader takes for broken text is its own matter.
      const reading = timeOf(() => readYaml('x', file))
      const taken = timeOf(() => {
        format.looksLike('x', file)
        format.import('x', file, o)
      })
      expect(taken, format.id).toBeLessThan(1000 + 3 * reading)
    }
  }
})

test('every fixture is in the table', () => {
  const known = new Set([...wild, ...own].map(({ format, fixture }) => `${format}/${fixture}`))
  const beside = new Set(['promptfoo/complaints-prompt.yaml', 'promptfoo/table-prompt.txt', 'promptfoo/table.csv'])
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => /\/[^/]+\./.test(path))
  expect(files.filter((path) => !path.endsWith('.out') && !known.has(path) && !beside.has(path))).toEqual([])
})
