import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseGoldenSet } from '../../../core/src/registry/golden.ts'
import type { ParsedGolden } from '../../../core/src/registry/golden.ts'
import { scorerSpec } from '../../../core/src/registry/scorer-spec.ts'

const files: Record<string, string> = { 'prompts/golden/texts/a.txt': 'Text of a.\r\n' }
const read = (path: string, text: string, assertions = [] as ReturnType<typeof scorerSpec>[]): ParsedGolden =>
  parseGoldenSet(path, text, {
    name: 'x',
    readFile: (file) => (Object.hasOwn(files, file) ? files[file] : undefined),
    assertions,
  })

const yaml = `version: 1
defaults: { assertions: [{ type: json-schema }], tags: [v2] }
cases:
  - id: nda-two-dates # the hard one
    vars: { fields: [parties, date], contract_text: { $file: ./texts/a.txt } }
    expected: { parties: [Acme, Bolt], date: null }
    critical: true
    cluster: nda-17
    tags: [hard, v2]
    context: [one, { id: p2, text: two }]
    x-note: kept
  - id: open
`

test('a YAML set', () => {
  const { set, findings } = read('prompts/golden/x.yaml', yaml)
  expect(findings).toEqual([])
  expect(set).toMatchObject({ name: 'x', format: 'yaml', path: 'prompts/golden/x.yaml' })
  expect(set!.cases).toMatchObject([
    {
      id: 'nda-two-dates',
      index: 0,
      line: 4,
      vars: { fields: ['parties', 'date'], contract_text: 'Text of a.\r\n' },
      expected: { parties: ['Acme', 'Bolt'], date: null },
      critical: true,
      cluster: 'nda-17',
      tags: ['v2', 'hard'],
      context: ['one', { id: 'p2', text: 'two' }],
      assertions: [{ scorer: 'json-schema', name: 'json-schema', gating: true, negate: false, options: {} }],
    },
    { id: 'open', index: 1, line: 12, vars: {}, critical: false },
  ])
  expect(Object.hasOwn(set!.cases[1]!, 'expected')).toBe(false)
})

test('comments and the order of keys do not change the hash, the content does', () => {
  const hash = (text: string) => read('prompts/golden/x.yaml', text).set!.hash
  expect(
    hash(
      yaml
        .replace(' # the hard one', '')
        .replace('critical: true\n    cluster: nda-17', 'cluster: nda-17\n    critical: true'),
    ),
  ).toBe(hash(yaml))
  expect(hash(yaml.replace('null', 'x'))).not.toBe(hash(yaml))
})

test('YAML and JSONL with the same cases have the same hash', () => {
  const a = read('prompts/golden/x.yaml', 'cases: [{ id: a, vars: { n: 1 }, expected: x }]')
  const b = read('prompts/golden/x.jsonl', '{"id":"a","expected":"x","vars":{"n":1}}\n')
  expect(a.set!.hash).toBe(b.set!.hash)
})

test('JSONL with a head, CRLF and blank lines', () => {
  const { set, findings } = read(
    'x.jsonl',
    '{"assay_golden": 1, "defaults": {"tags": ["a"]}}\r\n\r\n{"id":"one"}\r\n{"id":"two","tags":["b"]}',
  )
  expect(findings).toEqual([])
  expect(set!.cases.map(({ id, tags, line }) => ({ id, tags, line }))).toEqual([
    { id: 'one', tags: ['a'], line: 3 },
    { id: 'two', tags: ['a', 'b'], line: 4 },
  ])
})

test('an empty set has no cases', () => {
  for (const [path, text] of [
    ['x.yaml', ''],
    ['x.yaml', 'version: 1'],
    ['x.yaml', 'cases: []'],
    ['x.jsonl', '\n\n'],
  ] as const) {
    expect(read(path, text)).toMatchObject({ set: { cases: [] }, findings: [] })
  }
})

describe('assertions', () => {
  test('those of prompt, set and case are merged; the same type and name replaces', () => {
    const text =
      'defaults: { assertions: [{ type: exact, name: e }, { type: json-schema, gating: false }] }\ncases: [{ id: a, assertions: [{ type: exact, name: e, negate: true }] }]'
    const { set } = read('x.yaml', text, [
      scorerSpec({ type: 'json-schema' }),
      scorerSpec({ type: 'contains', value: 'x' }),
    ])
    expect(set!.cases[0]!.assertions).toEqual([
      { scorer: 'json-schema', name: 'json-schema', gating: false, negate: false, options: {} },
      { scorer: 'contains', name: 'contains', gating: true, negate: false, options: { value: 'x' } },
      { scorer: 'exact', name: 'e', gating: true, negate: true, options: {} },
    ])
  })

  test('none at all is an empty list', () => {
    expect(read('x.yaml', 'cases: [{ id: a }]').set!.cases[0]!.assertions).toEqual([])
  })

  test('measures report only, unless the file says otherwise', () => {
    expect(scorerSpec({ type: 'latency' }).gating).toBe(false)
    expect(scorerSpec({ type: 'latency', gating: true }).gating).toBe(true)
  })
})

describe('a bad case is a finding and the others load', () => {
  test.each([
    [
      'x.yaml',
      'cases:\n  - id: bad id\n  - id: ok',
      '2:9 registry/schema Case id "bad id" must be 1 to 100 letters, digits, ".", "_" or "-", and begin with a letter or digit.',
      1,
    ],
    ['x.yaml', 'cases:\n  - 4\n  - id: ok', '2:5 registry/schema A case is a map with an id.', 1],
    ['x.yaml', 'cases:\n  - vars: {}\n  - id: ok', '2:5 registry/schema id is missing.', 1],
    [
      'x.yaml',
      'cases:\n  - id: a\n    expectd: 1\n  - id: ok',
      '3:5 registry/unknown-key Unknown key "expectd". Did you mean "expected"?',
      2,
    ],
    ['x.yaml', 'cases:\n  - id: ok\n  - id: ok', '3:9 eval/duplicate-case Case id "ok" is also on line 2.', 1],
    [
      'x.yaml',
      'cases:\n  - id: a\n    vars: { t: { $file: ../../../etc/passwd } }\n  - id: ok',
      '3:25 registry/schema "../../../etc/passwd" is outside the repository.',
      1,
    ],
    [
      'prompts/golden/x.yaml',
      'cases:\n  - id: a\n    vars: { t: { $file: ./none.txt } }\n  - id: ok',
      '3:25 registry/schema "prompts/golden/none.txt" does not exist.',
      1,
    ],
    ['x.jsonl', '{"id":"a"}}\n{"id":"ok"}', '1:1 registry/schema Line 1 is not JSON: unexpected "}".', 1],
    ['x.jsonl', '{"id":"a"\n{"id":"ok"}', '1:1 registry/schema Line 1 is not JSON: unexpected end.', 1],
    ['x.jsonl', '{"id":"a","id":"b"}\n{"id":"ok"}', '1:1 registry/schema Line 1: member "id" appears twice.', 1],
    [
      'x.jsonl',
      `{"id":"a","vars":${'['.repeat(200)}${']'.repeat(200)}}\n{"id":"ok"}`,
      '1:1 registry/schema Line 1 is nested more than 100 deep.',
      1,
    ],
    [
      'x.jsonl',
      '{"id":"a","vars":{"n":12345678901234567890}}\n{"id":"ok"}',
      '1:1 registry/schema Line 1: the number 12345678901234567000 cannot be kept exactly: write it as text.',
      1,
    ],
    [
      'x.jsonl',
      '{"id":"a","vars":{"constructor":1}}\n{"id":"ok"}',
      '1:1 registry/schema Line 1: key "constructor" is not allowed.',
      1,
    ],
    [
      'x.jsonl',
      '{"id":"ok"}\n{"assay_golden":1}',
      '2:1 registry/unknown-key Unknown key "assay_golden". Allowed: id, vars, expected, assertions, tags, critical, cluster, context.',
      1,
    ],
  ])('%s %j', (path, text, message, loaded) => {
    const { set, findings } = read(path, text)
    expect(findings.map(({ line, column, rule, message: said }) => `${line}:${column} ${rule} ${said}`)).toContain(
      message,
    )
    expect(set!.cases).toHaveLength(loaded)
    expect(set!.cases.at(-1)!.id).toBe('ok')
  })

  test('an unknown key on a JSONL line is not renamed over the whole line', () => {
    expect(read('x.jsonl', '{"id":"a","expectd":1}').findings[0]!.fixes).toBeUndefined()
  })

  test('a YAML set over 1 MiB says what to do', () => {
    expect(read('x.yaml', `# ${'x'.repeat(1_048_576)}`)).toMatchObject({
      set: null,
      findings: [{ message: 'golden set over 1 MiB: use .jsonl' }],
    })
  })
})

test('never throws, whatever is done to a valid set', () => {
  const lines =
    '{"assay_golden":1}\n{"id":"a","vars":{"x":[1,{"$file":"./t"}]},"expected":null}\n{"id":"b","tags":["x"]}\n'
  fc.assert(
    fc.property(fc.boolean(), fc.nat(400), fc.nat(20), fc.string({ maxLength: 6 }), (isYaml, at, length, inserted) => {
      const source = isYaml ? yaml : lines
      const text = source.slice(0, at) + inserted + source.slice(at + length)
      return read(isYaml ? 'x.yaml' : 'x.jsonl', text).findings.every(
        ({ span }) => span.start <= span.end && span.end <= text.length,
      )
    }),
    { numRuns: 1500 },
  )
})
