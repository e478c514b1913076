import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { builtinCatalog } from '../../../core/src/catalog/catalog.ts'
import type { Catalog } from '../../../core/src/catalog/catalog.ts'
import { appendScalars } from '../../../core/src/lint/append-scalars.ts'
import { lintPrompts } from '../../../core/src/lint/lint.ts'
import type { LintOptions, LintSubject } from '../../../core/src/lint/lint.ts'
import { defaultConfig, parseConfig } from '../../../core/src/registry/config.ts'
import type { Config } from '../../../core/src/registry/config.ts'
import { parseGoldenSet } from '../../../core/src/registry/golden.ts'
import { parsePrompt } from '../../../core/src/registry/parse.ts'
import { readYaml } from '../../../core/src/registry/yaml.ts'
import { applyEdits } from '../../../core/src/text/edit.ts'

const seed = readFileSync(new URL('../../fixtures/prompts/seed.yaml', import.meta.url), 'utf8')
const path = 'prompts/v2/contract_extraction.yaml'

function lint(text: string, o: Partial<LintOptions> = {}, more: Partial<LintSubject> = {}) {
  return lintPrompts([{ path, text, parsed: parsePrompt(path, text), ...more }], {
    config: defaultConfig,
    catalog: builtinCatalog,
    today: '2026-11-23',
    ...o,
  })
}
const of = (rule: string, findings: ReturnType<typeof lint>) => findings.filter((finding) => finding.rule === rule)

describe('model/rerouted by the day', () => {
  const ending = (precision: 'exact' | 'earliest'): Catalog => ({
    ...builtinCatalog,
    retirement: (model) => ({
      model,
      channel: 'gemini-api',
      shutdown: '2026-12-01',
      precision,
      replacement: ['gemini-3.8-flash'],
      after_shutdown: 'reroute',
    }),
  })

  test.each([
    ['2026-09-01', 'exact', []],
    ['2026-09-02', 'exact', ['warning']],
    ['2026-11-30', 'exact', ['warning']],
    ['2026-12-01', 'exact', ['error']],
    ['2028-01-01', 'exact', ['error']],
    ['2028-01-01', 'earliest', ['warning']],
  ] as const)('%s, %s', (today, precision, expected) => {
    const found = of('model/rerouted', lint(seed, { today, catalog: ending(precision) }))
    expect(found.map(({ severity }) => severity)).toEqual(expected)
  })
})

describe('fixes that write other files', () => {
  test('a first golden case gives every input its sample or an empty value', () => {
    const text = `${seed}inputs:\n  fields: { type: array, sample: [parties] }\n  contract_text: string\n`
    const [fix] = of('eval/missing', lint(text))[0]!.fixes!
    expect(fix).toMatchObject({ safe: false, edits: [], title: 'Create prompts/golden/contract_extraction.yaml' })
    const [file] = fix!.files!
    const { set, findings } = parseGoldenSet(file!.path, file!.text, { name: 'x', readFile: () => undefined })
    expect(findings).toEqual([])
    expect(set!.cases).toMatchObject([{ id: 'first-case', vars: { fields: ['parties'], contract_text: '' } }])
  })

  const unknown = seed.replace('gpt-4o-2024-11-20', 'acme/own-7b:v1')
  const entry = (text: string | null, model = unknown) =>
    of('model/unknown', lint(model, { configFile: { path: 'assay.yaml', text } }))[0]?.fixes?.[0]?.files?.[0]?.text

  test.each([
    ['no file', null],
    ['an empty file', ''],
    ['no models', '# ours\nversion: 1'],
    ['a block of models', 'models:\n  other: { pin: other } # kept\nversion: 1\n'],
    ['a flow map of models', 'models: { other: { pin: other } }\n'],
    ['CRLF', 'version: 1\r\n'],
  ])('an entry under models of assay.yaml: %s', (_, before) => {
    const after = entry(before)!
    const parsed = parseConfig('assay.yaml', after)
    expect(parsed.findings).toEqual([])
    expect(parsed.ok && parsed.config.models['acme/own-7b:v1']).toEqual({ pin: 'acme/own-7b:v1' })
    for (const line of (before ?? '').split('\n').filter((each) => each.includes('#'))) expect(after).toContain(line)
    if (before?.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toContain('\n')
  })

  test('none when assay.yaml is not known or cannot be read', () => {
    expect(of('model/unknown', lint(unknown))[0]!.fixes).toBeUndefined()
    expect(entry('[')).toBeUndefined()
  })
})

describe('limits', () => {
  const facts: LintOptions['facts'] = {
    limits: () => ({ context: 1000, maxOutput: 100 }),
    count: (text) => ({ tokens: text.length, exact: true }),
    priceOf: () => null,
  }
  const open: Config = { ...defaultConfig, defaults: { ...defaultConfig.defaults, limits: {} } }
  const short =
    'version: "1.0.0"\nmodel: gpt-5.5-2026-04-23\nuser_template: "{text}"\nchangelog: [{ version: "1.0.0", date: "2026-01-01", change: First version }]\n'

  test('without facts the rules are silent', () => {
    expect(lint(short).filter(({ rule }) => rule.startsWith('limit/'))).toEqual([])
  })

  test('an unbounded input without a limit is said, once', () => {
    const [finding] = of('limit/context', lint(short, { facts, config: open }))
    expect(finding).toMatchObject({
      severity: 'info',
      message: 'text has no max_tokens, so the context limit cannot be checked.',
    })
  })

  test('an unknown window gives no finding, an unknown price no cost', () => {
    const unknown = { ...facts, limits: () => ({ context: null, maxOutput: null }) }
    const text = `${short}limits: { max_cost_usd: 0.000001, max_output_tokens: 10 }\n`
    expect(lint(text, { facts: unknown }).filter(({ rule }) => rule.startsWith('limit/'))).toEqual([])
  })

  test('the longest case is checked too, and reported in the golden set', () => {
    const text = `${short}limits: { max_input_tokens: 900, max_output_tokens: 100 }\n`
    const goldenText = `cases:\n  - { id: a, vars: { text: x } }\n  - { id: b, vars: { text: ${'y'.repeat(950)} } }\n`
    const golden = parseGoldenSet('prompts/golden/x.yaml', goldenText, { name: 'x', readFile: () => undefined }).set
    const [finding] = of('limit/context', lint(text, { facts }, { golden, goldenText }))
    expect(finding).toMatchObject({ path: 'prompts/golden/x.yaml', line: 3, column: 5 })
    expect(finding!.message).toBe('Case b takes 1,056 tokens, which do not fit the 1,000 of gpt-5.5-2026-04-23.')
    // Without the text of the set its line is known all the same.
    expect(of('limit/context', lint(text, { facts }, { golden }))[0]).toMatchObject({ line: 3, column: 1 })
  })

  test('a fix of one input makes the request fit', () => {
    const text = `${short}inputs:\n  text: { type: string, max_tokens: 1500 }\nlimits: { max_input_tokens: 5000, max_output_tokens: 10 }\n`
    const [finding] = of('limit/context', lint(text, { facts }))
    const after = applyEdits(text, finding!.fixes![0]!.edits)
    expect(of('limit/context', lint(after, { facts }))).toEqual([])
  })
})

test('scalars are added to lists as they are written', () => {
  const add = (text: string): string | null => {
    const read = readYaml('x.yaml', text)
    const edit = read.ok ? appendScalars(text, read.spans, '/l', ['b', 'no']) : null
    return edit && applyEdits(text, [edit])
  }
  expect(add('l: [a] # c\n')).toBe('l: [a, b, "no"] # c\n')
  expect(add("l: ['a']\n")).toBe("l: ['a', 'b', 'no']\n")
  expect(add('l: []\n')).toBe('l: [b, "no"]\n')
  expect(add('l:\n  - a # c\nm: 1\n')).toBe('l:\n  - a # c\n  - b\n  - "no"\nm: 1\n')
  expect(add('l:\r\n  - a')).toBe('l:\r\n  - a\r\n  - b\r\n  - "no"')
  expect(add('m: 1\n')).toBeNull()
})

test('a leak is found whatever its spacing and case, short texts and templates are none', () => {
  const leak = (value: string): number => {
    const goldenText = JSON.stringify({ id: 'a', vars: { contract_text: value } })
    const golden = parseGoldenSet('g.jsonl', goldenText, { name: 'x', readFile: () => undefined }).set
    return of('eval/leak', lint(seed, {}, { golden, goldenText })).length
  }
  const sentence = 'never  infer\ninformation NOT explicitly present in the contract text.'
  expect(leak(sentence)).toBe(1)
  expect(leak('return null — do not guess.')).toBe(0)
  expect(leak(`${sentence} And more that is not there.`)).toBe(0)
})
