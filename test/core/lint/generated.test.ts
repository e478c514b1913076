import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { stale } from '../../../core/scripts/generated.ts'
import { rulesPage } from '../../../core/scripts/rule-docs.ts'
import { schemaFiles } from '../../../core/scripts/schemas.ts'
import { builtinCatalog } from '../../../core/src/catalog/catalog.ts'
import { lintPrompts } from '../../../core/src/lint/lint.ts'
import { defineRule } from '../../../core/src/lint/rule.ts'
import { rules } from '../../../core/src/lint/rules/index.ts'
import { defaultConfig, parseConfig } from '../../../core/src/registry/config.ts'
import { parsePrompt } from '../../../core/src/registry/parse.ts'
import { findingsSarif } from '../../../core/src/report/sarif.ts'
import { readYaml } from '../../../core/src/registry/yaml.ts'
import { ruleUrl } from '../../../core/src/text/rule-url.ts'

const files = schemaFiles()
const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

test('schemas and the page of rules are fresh: npm run schemas, npm run docs:rules', () => {
  expect(stale({ ...files, 'core/docs/rules.md': rulesPage(rules) })).toEqual([])
})

describe('schemas for editors', () => {
  const editor = Object.entries(files).filter(([path]) => path.startsWith('extension/'))

  test.each(editor)('%s helps and reports nothing missing or unknown', (_, text) => {
    const schema = JSON.parse(text)
    expect(schema).toMatchObject({ title: expect.any(String), description: expect.any(String) })
    // Names of keys may be anything; only keywords count.
    const keywords: string[] = []
    const walk = (value: unknown, isMap: boolean): void => {
      if (Array.isArray(value)) for (const item of value) walk(item, false)
      else if (typeof value === 'object' && value !== null) {
        for (const [key, item] of Object.entries(value)) {
          if (!isMap) keywords.push(`${key}${item === false ? ':false' : ''}`)
          walk(item, !isMap && (key === 'properties' || key === 'patternProperties'))
        }
      }
    }
    walk(schema, false)
    expect(keywords).not.toContain('required')
    expect(keywords).not.toContain('additionalProperties:false')
    for (const word of ['pattern', 'minLength', 'allOf', 'not']) expect(keywords).not.toContain(word)
  })

  test.each(['prompt', 'assay'])('every key at the top of the %s file is explained', (name) => {
    const { properties } = JSON.parse(files[`extension/schemas/${name}.schema.json`]!)
    const silent = Object.entries<{ description?: string }>(properties).filter(([, { description }]) => !description)
    expect(silent.map(([key]) => key).filter((key) => key !== '$schema' && key !== 'review')).toEqual([])
  })
})

describe('published schemas accept and refuse what Assay does', () => {
  const ajv = new Ajv2020({ allErrors: true })
  addFormats.default(ajv)
  const check = (name: string) => ajv.compile(JSON.parse(files[`core/schemas/${name}.schema.json`]!))
  const value = (text: string): unknown => {
    const parsed = readYaml('x.yaml', text)
    // Values are maps without a prototype there.
    return parsed.ok ? JSON.parse(JSON.stringify(parsed.value)) : undefined
  }
  const seed = read('test/fixtures/lint/examples/seed.yaml')
  const full = read('test/fixtures/lint/examples/full.yaml')
  const prompt = check('prompt')

  test.each([
    ['the basic form', seed],
    ['every block', full],
    ['a key of one’s own', `${seed}x-note: 1\n`],
    [
      'an accepted alias',
      seed.replace(/model: .*/, 'model: { id: gpt-4o, pin: alias-ok, pin_reason: pilot until March }'),
    ],
  ])('%s', (_, text) => {
    expect(parsePrompt('prompts/x.yaml', text).findings).toEqual([])
    expect(prompt(value(text)), JSON.stringify(prompt.errors)).toBe(true)
  })

  test.each([
    ['an unknown key', seed.replace('temperature', 'temprature')],
    ['an unknown key inside', full.replace('max_cost_usd: 0.08', 'max_cost: 0.08')],
    ['no model', seed.replace(/model: .*/, '')],
    ['no text', seed.replace(/system: [^]*changelog/, 'changelog')],
    ['two forms of the text', seed.replace('changelog', 'messages: [{ role: user, content: x }]\nchangelog')],
    ['temperature twice', seed.replace('system:', 'parameters: { temperature: 0 }\nsystem:')],
    ['a number as version', seed.replace('version: "2.1.0"\nmodel', 'version: 2.1\nmodel')],
    ['an alias without a reason', seed.replace(/model: .*/, 'model: { id: gpt-4o, pin: alias-ok }')],
    ['no entry', seed.replace(/changelog:[^]*/, 'changelog: []\n')],
  ])('not %s', (_, text) => {
    expect(text).not.toBe(seed)
    expect(parsePrompt('prompts/x.yaml', text).findings).not.toEqual([])
    expect(prompt(value(text))).toBe(false)
  })

  test('settings, golden sets and accepted changes', () => {
    const config = 'gates: { golden: { floor: 0.9, model: null } }\nlint: { rules: { "model/*": warning } }\n'
    expect(parseConfig('assay.yaml', config).ok).toBe(true)
    expect(check('assay')(value(config))).toBe(true)
    expect(check('assay')(value('gate: {}'))).toBe(false)
    const set = 'version: 1\ncases: [{ id: a, vars: { x: 1 }, expected: null, x-note: kept }]\nx-from: here\n'
    expect(check('golden')(value(set))).toBe(true)
    expect(check('golden')(value('cases: [{ vars: {} }]'))).toBe(false)
    const accepted = { prompt: 'a', case: 'b', kind: 'accepted', reason: 'new law', by: '@x', until: '2027-01-31' }
    expect(check('accepted')({ version: 1, accepted: [accepted] })).toBe(true)
    expect(check('accepted')({ version: 1, accepted: [{ ...accepted, kind: 'maybe' }] })).toBe(false)
  })
})

describe('a new rule is one file, one line in the list and one folder of fixtures', () => {
  const mine = defineRule({
    meta: { id: 'house/polite', severity: 'info', summary: 'No prompt begs.', fixable: false, on: 'prompt' },
    check: ({ prompt, report }) => report(prompt.spans['/version']!, { message: 'This prompt begs.' }),
  })
  const list = [...rules, mine]

  test('its row and its section come with it', () => {
    const example = { files: [{ name: 'x.yaml', text: 'system: Please.' }], said: ['x.yaml:1:1  info  …'], fixed: null }
    const page = rulesPage(list, (id) => (id === 'house/polite' ? example : null))
    expect(page).toContain('| [house/polite](#house-polite) | info | No prompt begs. |  |')
    expect(page).toContain('<a id="house-polite"></a>\n\n## house/polite\n\nNo prompt begs.')
    expect(page).toContain('system: Please.')
    expect(rulesPage(rules)).not.toContain('house/polite')
    expect(ruleUrl('house/polite')).toMatch(/\/core\/docs\/rules\.md#house-polite$/)
  })

  test('assay.yaml completes its id and its folder', () => {
    for (const folder of ['core', 'extension']) {
      const schema = JSON.parse(schemaFiles(list)[`${folder}/schemas/assay.schema.json`]!)
      const { properties } = schema.properties.lint.properties.rules
      expect(properties['house/polite']).toMatchObject({ description: 'No prompt begs.', enum: expect.anything() })
      expect(properties['house/*']).toBeDefined()
    }
  })

  test('lint runs it and SARIF describes it', () => {
    const text = read('test/fixtures/lint/examples/seed.yaml')
    const path = 'prompts/x.yaml'
    const findings = lintPrompts([{ path, text, parsed: parsePrompt(path, text) }], {
      config: defaultConfig,
      catalog: builtinCatalog,
      today: '2026-11-23',
      rules: list,
    })
    expect(findings.map(({ rule }) => rule)).toContain('house/polite')
    const { tool } = JSON.parse(findingsSarif(findings, { rules: list.map(({ meta }) => meta) })).runs[0]
    expect(tool.driver.rules.at(-1)).toMatchObject({
      id: 'house/polite',
      shortDescription: { text: 'No prompt begs.' },
    })
  })

  test('every rule of the list has a row', () => {
    const page = read('core/docs/rules.md')
    for (const { meta } of rules)
      expect(page).toContain(`| [${meta.id}](#${meta.id.replace('/', '-')}) | ${meta.severity} |`)
  })
})
