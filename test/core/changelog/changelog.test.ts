import { describe, expect, test } from 'vitest'
import { bumpOf, isHighEnough } from '../../../core/src/changelog/bump.ts'
import { daysBetween, isDate, isMeaningful } from '../../../core/src/changelog/check.ts'
import { draftChange, draftType } from '../../../core/src/changelog/draft.ts'
import { diffPrompts } from '../../../core/src/diff/prompt-diff.ts'
import { parsePrompt } from '../../../core/src/registry/parse.ts'
import type { PromptFile } from '../../../core/src/registry/prompt-file.ts'

const file = {
  version: '2.1.0',
  model: 'gpt-4o',
  system: 'You read contracts.',
  user_template: '{text} {lang}',
  inputs: { text: { type: 'string' }, lang: { type: 'string', required: false } },
  output_schema: {
    type: 'object',
    properties: {
      a: { type: 'string', enum: ['x', 'y'] },
      b: { type: 'object', additionalProperties: false, properties: { c: { type: 'string' } } },
    },
    required: ['a'],
  },
  embedding: { model: 'text-embedding-3-small', dimensions: 512, index: 'i' },
  changelog: [{ version: '2.1.0', date: '2026-01-01', change: 'First version' }],
}

function promptOf(change: Record<string, unknown> = {}, path = 'prompts/v2/x.yaml'): PromptFile {
  const parsed = parsePrompt(path, JSON.stringify({ ...file, ...change }))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings))
  return parsed.prompt
}

const schema = (change: Record<string, unknown>) => ({ output_schema: { ...file.output_schema, ...change } })
const { properties } = file.output_schema

describe('the least bump', () => {
  test.each<[string, Record<string, unknown>, string, string]>([
    [
      'a required input',
      { user_template: '{text} {lang} {who}', inputs: { ...file.inputs, who: 'string' } },
      'major',
      'required input who added',
    ],
    ['an input removed', { inputs: { text: 'string' } }, 'major', 'input lang removed'],
    ['an input retyped', { inputs: { ...file.inputs, text: 'array' } }, 'major', 'type of input text'],
    [
      'an input that became required',
      { inputs: { ...file.inputs, lang: 'string' } },
      'major',
      'input lang became required',
    ],
    ['a property removed', schema({ properties: { a: properties.a } }), 'major', 'b removed'],
    [
      'a type changed',
      schema({ properties: { ...properties, a: { type: 'number' } } }),
      'major',
      'type of a changed and enum of a changed',
    ],
    [
      'an enum value added',
      schema({ properties: { ...properties, a: { type: 'string', enum: ['x', 'y', 'z'] } } }),
      'major',
      'enum of a changed',
    ],
    ['required shrunk', schema({ required: [] }), 'major', 'required changed'],
    [
      'a closed object gains a property',
      schema({ properties: { ...properties, b: { ...properties.b, properties: { c: { type: 'string' }, d: {} } } } }),
      'major',
      'b.d added to a closed object',
    ],
    ['a keyword nobody can judge', schema({ dependentRequired: { a: ['b'] } }), 'major', 'dependentRequired changed'],
    ['the schema removed', { output_schema: undefined }, 'major', 'output_schema removed'],
    [
      'the embedding model',
      { embedding: { ...file.embedding, model: 'text-embedding-3-large' } },
      'major',
      'embedding.model',
    ],
    ['dimensions', { embedding: { ...file.embedding, dimensions: 256 } }, 'major', 'embedding.dimensions'],
    ['a new name', { name: 'y' }, 'major', 'prompt renamed'],
    ['a model', { model: 'gpt-5' }, 'minor', 'model'],
    ['a text', { system: 'You read leases.' }, 'minor', 'system'],
    ['a parameter', { temperature: 1 }, 'minor', 'temperature'],
    [
      'an optional input',
      { user_template: '{text} {lang} {who}', inputs: { ...file.inputs, who: { type: 'string', required: false } } },
      'minor',
      'user and optional input who added',
    ],
    ['an optional property in an open object', schema({ properties: { ...properties, d: {} } }), 'minor', 'd added'],
    [
      'a description',
      schema({ properties: { ...properties, a: { ...properties.a, description: 'A letter' } } }),
      'minor',
      'description of a changed',
    ],
    ['an index', { embedding: { ...file.embedding, index: 'j' } }, 'minor', 'embedding.index'],
    ['limits', { limits: { timeout_ms: 5 } }, 'patch', 'limits.timeout_ms'],
    [
      'max_tokens of an input',
      { inputs: { ...file.inputs, text: { type: 'string', max_tokens: 9 } } },
      'patch',
      'max_tokens of input text',
    ],
    ['white space', { system: ' You  read contracts.' }, 'patch', 'white space of system'],
    [
      'owners, gates, evals',
      { owners: ['a'], gates: { golden: { floor: 0.5 } }, evals: { skip: 'tested by hand' } },
      'none',
      '',
    ],
  ])('%s', (_, change, level, reason) => {
    const needs = { major: '3.0.0', minor: '2.2.0', patch: '2.1.1', none: '2.1.0' }[level]
    expect(bumpOf(promptOf(), promptOf(change))).toMatchObject({ level, reason, needs })
  })

  test('without an inputs block a new placeholder is a new required input', () => {
    const bare = { inputs: undefined }
    expect(
      bumpOf(promptOf({ ...bare, user_template: '{a}' }), promptOf({ ...bare, user_template: '{a} {b} {today}' })),
    ).toMatchObject({ level: 'major', reason: 'required input b added' })
  })

  test('an alias replaced by what it serves today is a patch', () => {
    const pinsOf = (model: { id: string }): string[] =>
      model.id === 'gpt-4o' ? ['gpt-4o-2024-08-06', 'gpt-4o-2024-11-20'] : []
    expect(bumpOf(promptOf(), promptOf({ model: 'gpt-4o-2024-08-06' }), { pinsOf }).level).toBe('patch')
    expect(bumpOf(promptOf(), promptOf({ model: 'gpt-4o-2024-11-20' }), { pinsOf }).level).toBe('minor')
  })

  test('below 1.0.0 each level drops one step', () => {
    const needs = (change: Record<string, unknown>): string =>
      bumpOf(promptOf({ version: '0.2.0' }), promptOf(change)).needs
    expect(needs({ name: 'y' })).toBe('0.3.0')
    expect(needs({ model: 'gpt-5' })).toBe('0.2.1')
    expect(needs({ limits: { timeout_ms: 5 } })).toBe('0.2.1')
  })

  test('a bigger bump is fine, and so is a pre-release of a high enough version', () => {
    expect(isHighEnough('2.2.0', '2.1.0', '2.2.0')).toBe(true)
    expect(isHighEnough('4.0.0', '2.1.0', '2.2.0')).toBe(true)
    expect(isHighEnough('2.2.0-rc.1', '2.1.0', '2.2.0')).toBe(true)
    expect(isHighEnough('2.1.9', '2.1.0', '2.2.0')).toBe(false)
    expect(isHighEnough('2.1.0', '2.1.0', '2.1.0')).toBe(false)
  })
})

test.each([
  ['Update.', false, false],
  ['minor changes', false, false],
  ['version bump!', false, false],
  ['Fixed', false, false],
  ['a b', false, false],
  ['Says hello', false, true],
  ['First version', true, true],
  ['名前で挨拶', false, true],
  ['名前', false, false],
  ['Répond en français', false, true],
])('"%s" is meaningful: %s, %s', (change, isFirst, expected) => {
  expect(isMeaningful(change, isFirst)).toBe(expected)
})

test('days are whole and in UTC', () => {
  expect(daysBetween('2026-11-23', '2027-01-14')).toBe(52)
  expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2)
  expect(isDate('2026-02-30')).toBe(false)
  expect(isDate('2028-02-29')).toBe(true)
  expect(isDate('2026-2-3')).toBe(false)
})

test('a draft says what changed', () => {
  const change = diffPrompts(promptOf(), promptOf({ system: 'You read leases.', model: 'gpt-5' }))
  expect(draftChange(change)).toBe('Removed "You read contracts."; added "You read leases."; model gpt-4o → gpt-5')
  expect(draftType(change)).toBe('model')
  expect(draftChange({ words: 'no change' })).toBe('Describe what changed and why')
})
