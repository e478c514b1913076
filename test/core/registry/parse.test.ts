import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePrompt } from '../../../core/src/registry/parse.ts'
import type { ParseOptions } from '../../../core/src/registry/parse.ts'
import type { PromptFile } from '../../../core/src/registry/prompt-file.ts'

const seed = readFileSync(new URL('../../fixtures/prompts/seed.yaml', import.meta.url), 'utf8')
const seedPath = 'prompts/v2/contract_extraction.yaml'
const seedHash = 'a2fa8344a86a3e501b3f49b019b8a675c36c8c031f473f60b5675b054f296b34'

function promptOf(text: string, path = seedPath, o: ParseOptions = {}): PromptFile {
  const parsed = parsePrompt(path, text, o)
  if (!parsed.ok) throw new Error(parsed.findings.map(({ message }) => message).join('\n'))
  return parsed.prompt
}

const minimal = (model: string, more = ''): string =>
  `version: "1.0.0"\nmodel: ${model}\nuser_template: Hi\nchangelog: [{ version: "1.0.0", date: "2026-01-01", change: First version }]\n${more}`

describe('the basic form', () => {
  test('parses without findings and has the published hash', () => {
    const parsed = parsePrompt(seedPath, seed)
    expect(parsed.findings).toEqual([])
    expect(promptOf(seed)).toMatchObject({
      name: 'contract_extraction',
      version: '2.1.0',
      status: 'active',
      model: { id: 'gpt-4o-2024-11-20', provider: 'openai' },
      parameters: { temperature: 0.1 },
      inputs: null,
      templateFormat: 'f-string',
      canonicalHash: seedHash,
    })
  })

  test.each([
    ['CRLF', seed.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${seed}`],
    [
      'another order of keys',
      seed.replace('temperature: 0.1\n', '').replace('changelog:', 'temperature: 0.1\nchangelog:'),
    ],
    [
      'comments, owners, gates and evals',
      `# x\n${seed}owners: [a]\ngates: { golden: { floor: 0.9 } }\nevals: { skip: because we say so }\nx-y: 1\n`,
    ],
    ['the prefix written out', seed.replace('"gpt-4o', '"openai/gpt-4o')],
    ['parameters instead of temperature', seed.replace('temperature: 0.1', 'parameters: { temperature: 0.1 }')],
    [
      'an accepted alias',
      seed.replace('"gpt-4o-2024-11-20"', '{ id: gpt-4o-2024-11-20, pin: alias-ok, pin_reason: pilot until March }'),
    ],
  ])('%s does not change the hash', (_, text) => {
    expect(promptOf(text).canonicalHash).toBe(seedHash)
  })

  test.each([
    ['the text', seed.replace('absent', 'missing')],
    ['white space in the text', seed.replace('as valid JSON', 'as  valid JSON')],
    ['the model', seed.replace('11-20"', '08-06"')],
    ['a parameter', seed.replace('0.1', '0.2')],
    ['a limit', `${seed}limits: { max_output_tokens: 100 }\n`],
    ['an input', `${seed}inputs: { fields: array, contract_text: string }\n`],
  ])('%s changes the hash', (_, text) => {
    expect(promptOf(text).canonicalHash).not.toBe(seedHash)
  })
})

describe('names and models', () => {
  test.each([
    ['prompts/v2/legal/nda.yaml', 'legal/nda'],
    ['prompts/triage.yml', 'triage'],
    ['elsewhere/v3/x.yaml', 'x'],
  ])('%s is named %s', (path, name) => {
    expect(promptOf(minimal('gpt-4o'), path).name).toBe(name)
  })

  test.each([
    ['gpt-4o', { provider: 'openai', id: 'gpt-4o' }],
    ['openai/gpt-4o', { provider: 'openai', id: 'gpt-4o' }],
    ['"openai:gpt-4o"', { provider: 'openai', id: 'gpt-4o' }],
    ['gemini/gemini-2.5-pro', { provider: 'google', id: 'gemini-2.5-pro' }],
    ['claude-opus-4-8', { provider: 'anthropic', id: 'claude-opus-4-8' }],
    ['claude-opus-4-1@20250805', { provider: 'vertex', id: 'claude-opus-4-1@20250805' }],
    ['eu.anthropic.claude-opus-4-7', { provider: 'bedrock', id: 'eu.anthropic.claude-opus-4-7' }],
    ['acme/own-model', { provider: 'openai', id: 'acme/own-model' }],
    ['local/own-model', { provider: 'local', id: 'own-model' }],
    ['house/own-model', { provider: 'house', id: 'own-model' }],
    ['"deepseek/deepseek-r1:free"', { provider: 'openrouter', id: 'deepseek/deepseek-r1:free' }],
    [
      '{ provider: openrouter, id: anthropic/claude-opus-4.8 }',
      { provider: 'openrouter', id: 'anthropic/claude-opus-4.8' },
    ],
  ])('%s', (model, expected) => {
    expect(promptOf(minimal(model), 'prompts/a.yaml', { knownProviders: ['house'] }).model).toEqual(expected)
  })

  test('a prefix and a provider that disagree are a finding', () => {
    const { findings } = parsePrompt('prompts/a.yaml', minimal('openai/gpt-4o', 'provider: anthropic\n'))
    expect(findings.map(({ message }) => message)).toEqual([
      'The model says provider "openai", provider says "anthropic": keep one.',
    ])
  })
})

describe('slips are findings and the rest is still read', () => {
  test('an unknown key is left out and named', () => {
    const parsed = parsePrompt(seedPath, seed.replace('temperature', 'temprature'))
    expect(parsed.ok && parsed.prompt.parameters).toEqual({})
    expect(parsed.findings).toMatchObject([
      { rule: 'registry/unknown-key', line: 4, column: 1, fixes: [{ safe: true }] },
    ])
  })

  test('a misspelt required key is one finding', () => {
    const parsed = parsePrompt(seedPath, seed.replace('model:', 'modle:'))
    expect(parsed.ok).toBe(false)
    expect(parsed.findings.map(({ message }) => message)).toEqual(['Unknown key "modle". Did you mean "model"?'])
  })

  test('an unquoted version keeps what was written', () => {
    const parsed = parsePrompt(seedPath, seed.replace('version: "2.1.0"\nmodel', 'version: 2.10\nmodel'))
    expect(parsed.ok && parsed.prompt.version).toBe('2.10')
    expect(parsed.findings[0]).toMatchObject({
      message: 'version must be a string: write "2.10" in quotes (YAML reads 2.1).',
      fixes: [{ safe: true, edits: [{ text: '"2.10"' }] }],
    })
  })

  test('a broken entry of the changelog leaves the others where they are', () => {
    const parsed = parsePrompt(seedPath, seed.replace('date: "2026-03-10"', 'date: [1]'))
    expect(parsed.ok && parsed.prompt.changelog.map(({ version }) => version)).toEqual(['', '2.0.0'])
    expect(parsed.findings.map(({ message }) => message)).toEqual(['changelog[0].date must be a string, not a list.'])
  })

  test('temperature twice', () => {
    const { findings } = parsePrompt(seedPath, `${seed}parameters: { temperature: 1 }\n`)
    expect(findings.map(({ message }) => message)).toEqual([
      'temperature and parameters.temperature exclude each other: keep one.',
    ])
  })

  test('a list is no prompt', () => {
    expect(parsePrompt('a.yaml', '- 1').findings[0]!.message).toMatch(/^A prompt file is a map/)
    expect(parsePrompt('a.yaml', '').ok).toBe(false)
  })
})

describe('output_schema by $ref', () => {
  const text = minimal('gpt-4o', 'output_schema: { $ref: ../schemas/a.json }\n')
  const read = (files: Record<string, string>) =>
    parsePrompt('prompts/v1/x.yaml', text, {
      readFile: (path) => (Object.hasOwn(files, path) ? files[path] : undefined),
    })

  test('is replaced by the file, and hashes like the schema written out', () => {
    const parsed = read({
      'prompts/schemas/a.json': '{"type":"object","properties":{"x":{"$ref":"./b.json"}}}',
      'prompts/schemas/b.json': '{"type":"string"}',
    })
    const schema = { type: 'object', properties: { x: { type: 'string' } } }
    expect(parsed.ok && parsed.prompt.outputSchema).toEqual(schema)
    const inline = promptOf(text.replace('{ $ref: ../schemas/a.json }', JSON.stringify(schema)))
    expect(parsed.ok && parsed.prompt.canonicalHash).toBe(inline.canonicalHash)
  })

  test.each([
    ['a missing file', {}, '"prompts/schemas/a.json" does not exist.'],
    [
      'a file above the root',
      { 'prompts/schemas/a.json': '{"$ref":"../../../x"}' },
      '"../../../x" is outside the repository.',
    ],
    [
      'a circle',
      { 'prompts/schemas/a.json': '{"$ref":"./a.json"}' },
      '$ref "./a.json": files refer to each other more than 10 deep.',
    ],
    [
      'a broken file',
      { 'prompts/schemas/a.json': '{' },
      '"prompts/schemas/a.json" cannot be read: line 1: Flow map must end with a }.',
    ],
  ])('%s is a finding', (_, files, message) => {
    expect(read(files as Record<string, string>).findings.map((finding) => finding.message)).toEqual([message])
  })
})

test('parsing never throws, whatever is done to a valid file', () => {
  const full = `${seed}inputs: { fields: array, contract_text: { type: string, max_tokens: 6000 } }\noutput_schema: { type: object }\nfallbacks: [gpt-5, { model: x }]\ngates: { golden: { floor: 0.9, max_cost_usd: 0.10 } }\n`
  const edit = fc.record({
    at: fc.nat(full.length),
    length: fc.nat(20),
    text: fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom('\n', ': ', '- ', '{', '[', '*a', '&a ', 'null', '1e999', '"', '__proto__: 1\n'),
    ),
  })
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let text = full
      for (const { at, length, text: inserted } of edits) text = text.slice(0, at) + inserted + text.slice(at + length)
      return parsePrompt('prompts/a.yaml', text).findings.every(
        ({ span }) => span.start <= span.end && span.end <= text.length,
      )
    }),
    { numRuns: 1500 },
  )
})
