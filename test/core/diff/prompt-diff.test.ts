import { describe, expect, test } from 'vitest'
import { diffPrompts } from '../../../core/src/diff/prompt-diff.ts'
import { parsePrompt } from '../../../core/src/registry/parse.ts'
import type { PromptFile } from '../../../core/src/registry/prompt-file.ts'
import type { JsonObject } from '../../../core/src/text/json.ts'

export const file: JsonObject = {
  version: '2.1.0',
  model: 'gpt-4o-2024-11-20',
  temperature: 0.1,
  system: 'You read contracts.\nIf a field is absent, return null.\n',
  user_template: 'Contract:\n{contract_text}\n',
  inputs: { contract_text: { type: 'string', max_tokens: 100 } },
  output_schema: {
    type: 'object',
    properties: { parties: { type: 'array' }, date: { type: 'string' } },
    required: ['parties'],
  },
  limits: { timeout_ms: 100 },
  changelog: [{ version: '2.1.0', date: '2026-01-01', change: 'First version' }],
}

export function promptOf(change: Record<string, unknown> = {}): PromptFile {
  const parsed = parsePrompt('prompts/v2/x.yaml', JSON.stringify({ ...file, ...change }))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings))
  return parsed.prompt
}

const words = (change: Record<string, unknown>): string => diffPrompts(promptOf(), promptOf(change)).words

describe('the change in words', () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      'lines that went and came',
      { system: 'You read contracts.\nNever guess.\n' },
      'removes "If a field is absent, return null."; adds "Never guess."; about −5 tokens',
    ],
    ['a model', { model: 'gpt-5-mini' }, 'model gpt-4o-2024-11-20 → gpt-5-mini'],
    ['parameters', { temperature: 0.2 }, 'temperature 0.1 → 0.2'],
    ['a parameter that came', { temperature: undefined, parameters: { temperature: 0.1, seed: 7 } }, 'seed 7 added'],
    ['white space only', { system: 'You read  contracts.\n\nIf a field is absent,\nreturn null.' }, 'white space only'],
    ['nothing', { description: undefined }, 'no change'],
    ['limits', { limits: { timeout_ms: 200 } }, 'limits.timeout_ms 100 → 200'],
    [
      'an input',
      { inputs: { contract_text: { type: 'string', max_tokens: 200 } } },
      'max_tokens of input contract_text 100 → 200',
    ],
    [
      'a schema',
      { output_schema: { type: 'object', properties: { parties: { type: 'array' } }, required: ['parties'] } },
      'output_schema: date removed',
    ],
    [
      'a role',
      {
        system: undefined,
        user_template: undefined,
        messages: [
          { role: 'user', content: 'You read contracts.\nIf a field is absent, return null.\n' },
          { role: 'user', content: 'Contract:\n{contract_text}\n' },
        ],
      },
      'changes the order or roles of the texts',
    ],
  ])('%s', (_, change, expected) => {
    expect(words(change)).toBe(expected)
  })

  test('long lines are clipped between characters, many are counted', () => {
    const line = (n: number): string => `${n}${'😀'.repeat(100)}`
    expect(words({ system: `${file.system as string}${[1, 2, 3, 4].map(line).join('\n')}\n` })).toBe(
      `adds "1${'😀'.repeat(78)}…", "2${'😀'.repeat(78)}…" and 2 more lines; about +202 tokens`,
    )
  })

  test('a new prompt', () => {
    expect(diffPrompts(null, promptOf()).words).toBe('new prompt, 2 messages, model gpt-4o-2024-11-20, about 21 tokens')
  })

  test('a counter that counts exactly is not called an estimate', () => {
    const change = diffPrompts(promptOf(), promptOf({ system: 'Short.' }), {
      tokens: (text) => text.length,
      exact: true,
    })
    expect(change.tokens).toEqual({ before: 81, after: 32, exact: true })
    expect(change.words).toMatch(/; −49 tokens$/)
  })

  test('texts that are far apart are not compared for minutes', () => {
    const text = (seed: number): string =>
      Array.from({ length: 6000 }, (_, n) => `line ${(n * 7919 * seed) % 100_003}`).join('\n')
    const start = performance.now()
    expect(diffPrompts(promptOf({ system: text(1) }), promptOf({ system: text(2) })).words).toMatch(
      /^rewrites the text/,
    )
    expect(performance.now() - start).toBeLessThan(3000)
  })
})

test('lines are counted, notes need no version', () => {
  expect(diffPrompts(promptOf(), promptOf({ system: 'You read contracts.\nA\nB\n' }))).toMatchObject({
    lines: { added: 2, removed: 1 },
    needs: 'minor',
  })
  expect(diffPrompts(promptOf(), promptOf({ owners: ['a'] }))).toMatchObject({
    fields: [{ pointer: '/owners', meaning: 'note' }],
    needs: 'none',
  })
})
