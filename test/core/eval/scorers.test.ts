import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scoreAnswer, specProblems, specsOf, isGating } from '../../../core/src/eval/score.ts'
import { scorers } from '../../../core/src/eval/scorers/index.ts'
import { tokenF1 } from '../../../core/src/eval/scorers/same-as-base.ts'
import type { Case, ScorerSpec } from '../../../core/src/registry/golden.ts'
import type { Json, JsonObject } from '../../../core/src/text/json.ts'
import type { Answer } from '../../../core/src/tape/exchange.ts'

const spec = (scorer: string, options: JsonObject = {}, more: Partial<ScorerSpec> = {}): ScorerSpec => ({
  scorer,
  name: scorer,
  gating: true,
  negate: false,
  options,
  ...more,
})

const caseOf = (expected: Json | undefined, assertions: ScorerSpec[] = []): Case => ({
  id: 'c',
  index: 0,
  vars: {},
  ...(expected === undefined ? {} : { expected }),
  assertions,
  tags: [],
  critical: false,
  path: 'g.yaml',
  line: 1,
  span: { start: 0, end: 0 },
})

const answer = (text: string, more: Partial<Answer> = {}): Answer => ({
  key: 'k',
  text,
  toolCalls: [],
  model: 'm',
  responseModel: null,
  fingerprint: null,
  finish: 'stop',
  usage: null,
  latencyMs: 1,
  at: '2026-11-20T00:00:00Z',
  by: 'dev',
  evidence: 'recorded',
  ...more,
})

const value = (scorer: string, expected: Json | undefined, text: string, options: JsonObject = {}) => {
  const [score] = scoreAnswer(caseOf(expected, [spec(scorer, options)]), answer(text), {}).scores
  return [score!.value, score!.pass]
}

describe('exact', () => {
  test.each<[Json, string, JsonObject, boolean]>([
    ['billing', 'billing', {}, true],
    ['billing', ' Billing\n', {}, false],
    ['billing', ' Billing\n', { norm: ['trim', 'case'] }, true],
    [['a', 'b'], 'b', {}, true],
    ['two  words', 'two words', { norm: 'whitespace' }, true],
    // A composed and a decomposed é are the same letter to a reader.
    ['café', 'cafe\u0301', { norm: 'case' }, true],
    ['', '', {}, true],
  ])('%j against %j with %j: %s', (expected, text, options, pass) => {
    expect(value('exact', expected, text, options)[1]).toBe(pass)
  })
})

describe('contains', () => {
  test.each<[JsonObject, string, number, boolean]>([
    [{ value: 'refund' }, 'We will refund you.', 1, true],
    [{ value: ['refund', '30 days'] }, 'We will refund you.', 0.5, false],
    [{ value: ['refund', '30 days'], mode: 'any' }, 'We will refund you.', 0.5, true],
    [{ value: 'REFUND', norm: 'case' }, 'a refund', 1, true],
  ])('%j in %j', (options, text, score, pass) => {
    expect(value('contains', undefined, text, options)).toEqual([score, pass])
  })

  test('with negate fails when the text is there', () => {
    const c = caseOf(undefined, [spec('contains', { value: 'sorry' }, { negate: true })])
    expect(scoreAnswer(c, answer('I am sorry'), {}).pass).toBe(false)
    expect(scoreAnswer(c, answer('Here it is'), {}).pass).toBe(true)
  })
})

describe('json-fields', () => {
  const expected = { party: 'Acme Ltd', end: null, fees: ['a', 'b'] }
  test.each<[string, string, JsonObject, number, boolean]>([
    ['all equal', '{"party":"Acme Ltd","end":null,"fees":["a","b"]}', {}, 1, true],
    ['expected null equals an absent member', '{"party":"Acme Ltd","fees":["a","b"]}', {}, 1, true],
    [
      'absent: distinct tells them apart',
      '{"party":"Acme Ltd","fees":["a","b"]}',
      { absent: 'distinct' },
      2 / 3,
      false,
    ],
    ['one wrong field of three', '{"party":"Acme","end":null,"fees":["a","b"]}', {}, 2 / 3, false],
    ['min lowers the bar', '{"party":"Acme","end":null,"fees":["a","b"]}', { min: 0.6 }, 2 / 3, true],
    ['order of a list counts', '{"party":"Acme Ltd","fees":["b","a"]}', {}, 2 / 3, false],
    ['a set has no order', '{"party":"Acme Ltd","fees":["b","a"]}', { normalise: { fees: 'set' } }, 1, true],
    ['set F1', '{"party":"Acme Ltd","fees":["a"]}', { normalise: { fees: 'set' }, fields: ['fees'] }, 2 / 3, false],
    ['extra members are ignored', '{"party":"Acme Ltd","fees":["a","b"],"x":1}', {}, 1, true],
    ['extra: fail', '{"party":"Acme Ltd","fees":["a","b"],"x":1}', { extra: 'fail' }, 0.75, false],
    ['a fence is not JSON', '```json\n{"party":"Acme Ltd","fees":["a","b"]}\n```', {}, 0, false],
    ['unless allowed', '```json\n{"party":"Acme Ltd","fees":["a","b"]}\n```', { fenced: 'allow' }, 1, true],
    ['text around it fails', 'Here: {"party":"Acme Ltd"}', {}, 0, false],
    ['a doubled member fails', '{"party":"x","party":"Acme Ltd","fees":["a","b"]}', {}, 0, false],
    ['__proto__ fails', '{"party":"Acme Ltd","fees":["a","b"],"__proto__":{}}', {}, 0, false],
    ['a list fails', '[]', {}, 0, false],
    ['nothing fails', '', {}, 0, false],
  ])('%s', (_, text, options, score, pass) => {
    const [got, passed] = value('json-fields', expected, text, options)
    expect(got).toBeCloseTo(score, 12)
    expect(passed).toBe(pass)
  })

  test('names the first wrong field with both values', () => {
    const c = caseOf({ end: null, party: 'A' }, [spec('json-fields')])
    const [score] = scoreAnswer(c, answer('{"end":"2027-03-31","party":"B"}'), {}).scores
    expect(score!.reason).toBe('end: expected null, got "2027-03-31" · 0/2 fields')
    expect(score!.detail).toContainEqual({ field: 'party', pass: false, expected: 'A', got: 'B' })
  })
})

describe('json-schema', () => {
  const outputSchema = {
    type: 'object',
    properties: { n: { type: 'integer' } },
    required: ['n'],
    additionalProperties: false,
  }
  test('checks the answer against output_schema', () => {
    const c = caseOf(undefined, [spec('json-schema')])
    expect(scoreAnswer(c, answer('{"n":1}'), { outputSchema }).pass).toBe(true)
    expect(scoreAnswer(c, answer('{"n":"1"}'), { outputSchema }).scores[0]!.reason).toContain('/n')
    expect(scoreAnswer(c, answer('no'), { outputSchema }).scores[0]!.reason).toBe('the answer is not JSON')
  })
  test('is not applicable without a schema', () => {
    expect(scoreAnswer(caseOf(undefined, [spec('json-schema')]), answer('{}'), {}).pass).toBeNull()
  })
})

describe('same-as-base', () => {
  const c = caseOf(undefined)
  test('compares JSON by value and text by its words, and never gates', () => {
    const same = (a: string, b: string) => scoreAnswer(c, answer(b), { base: answer(a) }).scores[0]!.pass
    expect(same('{"a":1,"b":2}', '{ "b": 2, "a": 1 }')).toBe(true)
    expect(same('{"a":1}', '{"a":2}')).toBe(false)
    expect(same('The refund takes five days.', 'The refund takes five days')).toBe(true)
    expect(same('The refund takes five days.', 'No refund.')).toBe(false)
    expect(scoreAnswer(c, answer('x'), { base: answer('y') }).pass).toBeNull()
    expect(isGating(c, {})).toBe(false)
  })
  test('token F1 is symmetric and 1 for equal texts', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(tokenF1(a, b)).toBeCloseTo(tokenF1(b, a), 12)
        expect(tokenF1(a, a)).toBe(1)
      }),
    )
  })
})

describe('a case', () => {
  test('gets the scorers that its expectation calls for', () => {
    const names = (expected: Json | undefined, schema?: Json) =>
      specsOf(caseOf(expected), schema).map((one) => one.scorer)
    expect(names({ a: 1 })).toEqual(['json-fields'])
    expect(names({ a: 1 }, {})).toEqual(['json-schema', 'json-fields'])
    expect(names('x')).toEqual(['exact'])
    expect(names(undefined)).toEqual(['same-as-base'])
    expect(names(undefined, {})).toEqual(['json-schema', 'same-as-base'])
  })
  test('with a refusal or a cut-off answer fails for what it is, not as invalid JSON', () => {
    const reason = (more: Partial<Answer>) => scoreAnswer(caseOf({ a: 1 }), answer('{"a":', more), {}).scores[0]!.reason
    expect(
      reason({
        finish: 'length',
        usage: { inputTokens: 1, cachedInputTokens: 0, outputTokens: 80, reasoningTokens: 0 },
      }),
    ).toBe('truncated at 80 output tokens')
    expect(reason({ finish: 'refusal' })).toBe('refused')
  })
  test('with an unknown scorer or a wrong option is named before anything is asked', () => {
    expect(specProblems(caseOf('x', [spec('exakt')]), {})[0]).toContain('Unknown scorer "exakt"')
    expect(specProblems(caseOf('x', [spec('exact', { nrom: 'trim' })]), {})[0]).toContain('no option "nrom"')
    expect(specProblems(caseOf('x', [spec('exact', { norm: 'upper' })]), {})[0]).toContain('unknown normaliser "upper"')
    expect(specProblems(caseOf('x', [spec('contains', { value: '' })]), {})[0]).toContain('not empty')
  })
})

describe('every scorer', () => {
  test.each(scorers.map((scorer) => [scorer.id, scorer] as const))(
    '%s survives hostile answers and repeats itself',
    (_, scorer) => {
      fc.assert(
        fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
          const score = () =>
            scorer.score(caseOf({ a: 1 }), answer(text), {
              options: { value: 'x' },
              outputSchema: { type: 'object' },
              base: answer('{}'),
            })
          const first = score()
          expect(first.value === null || (first.value >= 0 && first.value <= 1)).toBe(true)
          expect(score()).toEqual(first)
          expect(first.reason).not.toBe('')
        }),
      )
    },
  )
})
