import { caseResult, parseGoldenSet, type Answer, type Case, type Json } from '@assay/core'
import { expect, test } from 'vitest'
import { asMarkdown, failureMessages, headlineLimit, headlineOf } from '../../../extension/src/evals/result-messages.ts'

const schema: Json = { type: 'object', properties: { party: {}, start: {}, end: {} } }

function caseOf(expected: Json | undefined): Case {
  const text = JSON.stringify({ cases: [{ id: 'a', vars: {}, ...(expected === undefined ? {} : { expected }) }] })
  return parseGoldenSet('prompts/golden/x.yaml', text, { name: 'x', readFile: () => undefined }).set!.cases[0]!
}

const answer = (text: string): Answer => ({
  key: 'k',
  text,
  toolCalls: [],
  model: 'm',
  responseModel: null,
  fingerprint: null,
  finish: 'stop',
  usage: null,
  latencyMs: 1,
  at: '2026-11-20T09:00:00Z',
  by: 'hand',
  evidence: 'recorded',
})

function messages(expected: Json | undefined, text: string, outputSchema?: Json) {
  const c = caseOf(expected)
  const result = caseResult(
    c,
    [{ i: 0, ok: true, answer: answer(text), costMicroUsd: null }],
    outputSchema ? { outputSchema } : {},
  )
  return failureMessages(c, result, answer(text), outputSchema)
}

test('the headline names the first wrong field, both values and how many fields are right', () => {
  const { headline } = messages({ party: 'A', start: null, end: null }, '{"party":"A","start":null,"end":"30 days"}')
  expect(headline).toBe('end: expected null, got "30 days" · 2/3 fields')
})

test('the two texts have the same order of keys, the schema first', () => {
  const { expected, actual } = messages({ end: null, party: 'A' }, '{"note":1,"party":"B","end":null}', schema)
  expect(expected).toBe('{\n  "party": "A",\n  "end": null\n}')
  expect(actual).toBe('{\n  "party": "B",\n  "end": null,\n  "note": 1\n}')
})

test('a long value is cut, the count of fields is not', () => {
  const { headline } = messages({ party: 'A', end: null }, JSON.stringify({ party: 'x'.repeat(500), end: null }))
  expect(headline).toHaveLength(headlineLimit)
  expect(headline).toMatch(/^party: expected "A", got "x+… · 1\/2 fields$/)
})

test('a headline is never cut through an emoji', () => {
  for (let pad = 0; pad < 4; pad += 1) {
    const { headline } = messages(
      { party: 'A', end: null },
      JSON.stringify({ party: 'y'.repeat(pad) + '🙂'.repeat(60), end: null }),
    )
    expect(headline.isWellFormed()).toBe(true)
    expect(headline.length).toBeLessThanOrEqual(headlineLimit)
  }
})

test('an answer that is no JSON is shown as it is', () => {
  const { headline, expected, actual } = messages({ party: 'A' }, 'Sure! Here it is.')
  expect(headline).toContain('not')
  expect(expected).toBe('{\n  "party": "A"\n}')
  expect(actual).toBe('Sure! Here it is.')
})

test('plain text is compared as text', () => {
  const { headline, expected, actual } = messages('billing', 'delivery')
  expect([headline, expected, actual]).toEqual(['expected "billing", got "delivery"', 'billing', 'delivery'])
})

test('a case without expectation has no expected text', () => {
  expect(messages(undefined, '{}', { type: 'object', required: ['party'] }).expected).toBeNull()
})

test('nothing unseen and no line end reaches the headline', () => {
  const { headline } = messages({ party: 'A' }, JSON.stringify({ party: 'a\u202eb' }))
  expect(headline).toContain('\\u202e')
})

test('values of strangers stay text in Markdown', () => {
  expect(asMarkdown('[x](command:run) **b** <img>')).toBe('\\[x\\]\\(command\\:run\\) \\*\\*b\\*\\* \\<img\\>')
})

test('a case that was never scored has an empty headline', () => {
  expect(headlineOf(caseResult(caseOf('a'), [], {}))).toBe('')
})
