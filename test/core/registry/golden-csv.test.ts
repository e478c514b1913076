import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { doubleFormat, parseGoldenSet } from '../../../core/src/registry/golden.ts'
import type { GoldenOptions } from '../../../core/src/registry/golden.ts'
import { decodeText } from '../../../core/src/text/decode.ts'

const read = (text: string, o: Partial<GoldenOptions> = {}) =>
  parseGoldenSet('prompts/golden/x.csv', text, {
    name: 'x',
    readFile: (path) => (path === 'prompts/golden/a.txt' ? 'Text of a.' : undefined),
    ...o,
  })
const places = (text: string, o: Partial<GoldenOptions> = {}): string[] =>
  read(text, o).findings.map(
    ({ line, column, severity, rule, message }) => `${line}:${column} ${severity} ${rule} ${message}`,
  )

describe('a CSV set', () => {
  test('has the columns of a case, all others are variables', () => {
    const { set, findings } = read(
      'id,contract text,vars.tags,expected,tags,critical,cluster,assertions,context,x-note\n' +
        'a,"Ends on\n31 March, ""late""",t,yes,hard; v2,true,nda,"[{""type"":""exact""}]","[""one""]",kept\n',
    )
    expect(findings).toEqual([])
    expect(set).toMatchObject({ format: 'csv', path: 'prompts/golden/x.csv' })
    expect(set!.cases).toMatchObject([
      {
        id: 'a',
        vars: { 'contract text': 'Ends on\n31 March, "late"', tags: 't' },
        expected: 'yes',
        tags: ['hard', 'v2'],
        critical: true,
        cluster: 'nda',
        assertions: [{ scorer: 'exact' }],
        context: ['one'],
      },
    ])
    expect(Object.keys(set!.cases[0]!.vars)).toEqual(['contract text', 'tags'])
  })

  test('an empty cell is an absent field, the empty string is "" in a JSON column', () => {
    const { set } = read('id,name,expected\na,,\nb,x,""""""\n', { outputSchema: true })
    expect(set!.cases[0]!.vars).toEqual({})
    expect(Object.hasOwn(set!.cases[0]!, 'expected')).toBe(false)
    expect(set!.cases[1]!.expected).toBe('')
  })

  test('cells of inputs that are no strings are JSON, expected is JSON with an output_schema', () => {
    const inputs = { n: { type: 'integer' }, fields: { type: 'array' }, name: { type: 'string' } }
    const text = 'id,n,fields,name,expected\na,3,"[""x""]",3,"{""day"":null}"\n'
    expect(read(text, { inputs, outputSchema: true }).set!.cases[0]).toMatchObject({
      vars: { n: 3, fields: ['x'], name: '3' },
      expected: { day: null },
    })
    expect(read(text, { inputs }).set!.cases[0]!.expected).toBe('{"day":null}')
  })

  test('$file stands in JSON columns', () => {
    const text = 'id,doc\na,"{""$file"":""./a.txt""}"\n'
    expect(read(text, { inputs: { doc: { type: 'object' } } }).set!.cases[0]!.vars).toEqual({ doc: 'Text of a.' })
  })

  test('a byte order mark, CRLF and blank lines; lines and places stay right', () => {
    const bytes = new TextEncoder().encode('\ufeffid,name\r\n\r\na,"é😀\r\ny"\r\nb,z\r\n')
    const decoded = decodeText(bytes)
    const text = decoded.ok ? decoded.text : ''
    const { cases } = read(text).set!
    expect(cases.map(({ id, line }) => `${id}:${line}`)).toEqual(['a:3', 'b:5'])
    expect(cases.map(({ span }) => text.slice(span.start, span.end))).toEqual(['a,"é😀\r\ny"', 'b,z'])
  })

  test('cells that look like formulas are data', () => {
    expect(read("id,name\na,=1+1\nb,'=1+1\n").set!.cases.map(({ vars }) => vars.name)).toEqual(['=1+1', "'=1+1"])
  })

  test('has the hash of the same cases in YAML', () => {
    const yaml = parseGoldenSet('x.yaml', 'cases: [{ id: a, vars: { name: b }, expected: c }]', {
      name: 'x',
      readFile: () => undefined,
    })
    expect(read('id,name,expected\na,b,c\n').set!.hash).toBe(yaml.set!.hash)
  })

  test.each(['', '\n\n', 'id,name\n'])('%j has no cases', (text) => {
    expect(read(text)).toMatchObject({ set: { cases: [] }, findings: [] })
  })
})

describe('a bad row is a finding at its line, and the others load', () => {
  test.each([
    [
      'id,name\na,"b"x\nc,d\n',
      '2:1 error registry/schema Line 2 is not CSV: a quote stands inside a cell; write it twice.',
    ],
    ['id,name\nc,d\na,"b\n', '3:1 error registry/schema Line 3 is not CSV: a quote is not closed.'],
    ['id,name\na,b,c\nc,d\n', '2:1 error registry/schema Line 2 has 3 cells, the header has 2.'],
    [
      'id,critical\na,yes\nc,true\n',
      '2:1 error registry/schema Line 2, column "critical" must be true or false, not "yes".',
    ],
    ['id,context\na,[\nc,\n', '2:1 error registry/schema Line 2, column "context" is not JSON: unexpected end.'],
    ['id,name\n,b\nc,d\n', '2:1 error registry/schema id is missing.'],
    ['id,name\nc,b\nc,d\n', '3:1 error eval/duplicate-case Case id "c" is also on line 2.'],
  ])('%j', (text, finding) => {
    expect(places(text)).toEqual([finding])
    expect(read(text).set!.cases.map(({ id }) => id)).toEqual(['c'])
  })

  test('equal contents are a warning, and both cases stay', () => {
    expect(places('id,name\na,x\nb,y\nc,x\n')).toEqual([
      '4:1 warning eval/duplicate-case Cases a and c have equal vars.',
    ])
    expect(read('id,name\na,x\nc,x\n').set!.cases).toHaveLength(2)
  })

  test.each([
    ['name\na\n', 'The header has no column "id".'],
    ['id,a,a\n', 'Column "a" appears twice.'],
    ['id,a,vars.a\n', 'Column "vars.a" appears twice.'],
    ['id,\n', 'Column 2 has no name.'],
    ['id,__proto__\n', 'Column "__proto__" is not allowed.'],
  ])('without a usable header there is no set: %j', (text, message) => {
    expect(read(text)).toMatchObject({ set: null, findings: [{ message, line: 1 }] })
  })

  test('a text that is no table ends after twenty broken rows', () => {
    const { findings } = read(`id,name\n${'a,"b"x\n'.repeat(5000)}`)
    expect(findings).toHaveLength(20)
    expect(findings.at(-1)!.message).toContain('Later lines were not read.')
  })
})

test('never throws and keeps places inside the text, whatever the table holds', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.constantFrom('"', '""', ',', '\r\n', '\n', '"a', 'a"', '[', '{"a":1}', 'true', 'é😀'),
  )
  const table = fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 8 })
  fc.assert(
    fc.property(table, fc.constantFrom('id,a,b\n', 'id,critical,context,expected\n', ''), (rows, head) => {
      const text = head + rows.map((row) => row.join(',')).join('\n')
      const { set, findings } = read(text, { outputSchema: true })
      for (const { span } of [...findings, ...(set?.cases ?? [])]) {
        expect(span.start).toBeGreaterThanOrEqual(0)
        expect(span.end).toBeLessThanOrEqual(text.length)
      }
    }),
    { numRuns: 300 },
  )
})

test('what is written as RFC 4180 is read back', () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => text.isWellFormed() && !text.includes('\r'))
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 6 }), (names) => {
      const text = `id,name\n${names.map((each, n) => `c${n},${quoted(each)}\n`).join('')}`
      expect(read(text).set!.cases.map(({ vars }) => vars.name)).toEqual(names)
    }),
  )
})

test('a set in two formats is reported at the later one', () => {
  expect(doubleFormat('x', ['prompts/golden/x.yaml'])).toEqual([])
  expect(doubleFormat('x', ['prompts/golden/x.yaml', 'prompts/golden/x.csv'])).toMatchObject([
    {
      rule: 'registry/duplicate-name',
      path: 'prompts/golden/x.csv',
      message: 'Golden set "x" is also prompts/golden/x.yaml: keep one of them.',
    },
  ])
})
