import { expect, test } from 'vitest'
import type { Finding, Pair, PromptVerdict, Verdict } from '@assay/core'
import { annotationsOf } from '../../action/src/annotations.ts'
import { couldNotRun } from '../../action/src/could-not-run.ts'

const empty = couldNotRun(new Error('x'), { pull: null, base: null })
const verdict = (parts: Partial<Verdict>): Verdict => ({ ...empty, verdict: 'blocked', exit: 1, ...parts })

const finding = (n: number, parts: Partial<Finding> = {}): Finding => ({
  rule: 'model/unpinned',
  severity: 'error',
  message: `finding ${n}`,
  path: 'prompts/v1/a.yaml',
  span: { start: 0, end: 4 },
  line: n,
  column: 8,
  end_line: n,
  end_column: 12,
  ...parts,
})

const pair = (id: string, parts: Partial<Pair> = {}): Pair => ({
  case: id,
  critical: false,
  tags: [],
  at: { file: 'prompts/golden/a.yaml', line: 5 },
  base: 'passed',
  head: 'failed',
  flip: 'worse',
  reason: 'not the same text',
  ...parts,
})

const promptVerdict = (pairs: Pair[], parts: Partial<PromptVerdict> = {}): PromptVerdict =>
  ({
    name: 'a',
    path: 'prompts/v1/a.yaml',
    verdict: 'blocked',
    reason: 'broken',
    gates: [],
    broken: [],
    critical: [],
    notes: [],
    comparison: { pairs, base: {} },
    ...parts,
  }) as unknown as PromptVerdict

test('a finding stands at its line and columns; over several lines without columns', () => {
  const many = finding(4, { severity: 'info', end_line: 6 })
  expect(annotationsOf(verdict({ findings: [finding(2), many] }))).toEqual([
    {
      level: 'error',
      message: 'finding 2',
      place: { title: 'model/unpinned', file: 'prompts/v1/a.yaml', line: 2, endLine: 2, col: 8, endColumn: 12 },
    },
    {
      level: 'notice',
      message: 'finding 4',
      place: { title: 'model/unpinned', file: 'prompts/v1/a.yaml', line: 4, endLine: 6 },
    },
  ])
})

test('the tenth of a level counts the rest', () => {
  const findings = Array.from({ length: 50 }, (_, index) => finding(index + 1))
  const annotations = annotationsOf(verdict({ findings: [...findings, finding(99, { severity: 'warning' })] }))
  expect(annotations).toHaveLength(11)
  expect(annotations[8]!.message).toBe('finding 9')
  expect(annotations[9]).toEqual({ level: 'error', message: 'and 41 more errors, see the job summary', place: {} })
  expect(annotations[10]!.level).toBe('warning')
})

test('a broken case is an error with expected against got; one that was not confirmed is a warning', () => {
  const confirm = { outcome: 'broken', runs: 9, base: [9, 9], head: [0, 9] } as const
  const fields = [
    { field: 'party', pass: false, expected: 'Acme', got: null },
    { field: 'date', pass: false, expected: null, got: '2027-03-31' },
  ]
  const broken = pair('one', {
    confirm: { ...confirm, base: [9, 9], head: [0, 9] },
    fields,
    reason: 'party: expected "Acme", got null',
  })
  const other = pair('two', {
    expected_text: 'yes',
    head_answer: 'n'.repeat(500),
    at: { file: 'prompts/golden/a.yaml', line: 9 },
  })
  expect(annotationsOf(verdict({ prompts: [promptVerdict([broken, other], { broken: ['one'] })] }))).toEqual([
    {
      level: 'error',
      message: 'party: expected "Acme", got null (base 9/9, head 0/9)\ndate: expected null, got "2027-03-31"',
      place: { title: 'a: one', file: 'prompts/golden/a.yaml', line: 5 },
    },
    {
      level: 'warning',
      message: `not the same text\nexpected: yes\ngot: ${'n'.repeat(400)}…`,
      place: { title: 'a: two', file: 'prompts/golden/a.yaml', line: 9 },
    },
  ])
})

test('a case without expectation is shown against base', () => {
  const { message } = annotationsOf(
    verdict({ prompts: [promptVerdict([pair('one', { base_answer: 'yes', head_answer: 'no' })])] }),
  )[0]!
  expect(message).toBe('not the same text\nbase: yes\ngot: no')
})

test('a new prompt that is blocked shows its failures; what fail-on lets through only warns', () => {
  const prompt = promptVerdict([pair('one', { flip: null })], {
    reason: 'floor',
    comparison: { pairs: [pair('one', { flip: null })], base: null } as never,
  })
  expect(annotationsOf(verdict({ prompts: [prompt] })).map(({ level }) => level)).toEqual(['error'])
  expect(annotationsOf(verdict({ prompts: [prompt], exit: 0 })).map(({ level }) => level)).toEqual(['warning'])
})

test('a failed schema and missing answers stand at the prompt', () => {
  const schema = promptVerdict([], {
    reason: 'schema',
    gates: [{ gate: 'schema', result: 'fail', passed: 3, of: 5, reason: 'a: /x is missing' }],
  })
  const missing = promptVerdict([], {
    verdict: 'incomplete',
    reason: 'missing-answers',
    notes: ['12 answers are missing', 'record them'],
  })
  expect(
    annotationsOf(verdict({ prompts: [schema, missing] })).map(({ message, place }) => [message, place.file]),
  ).toEqual([
    ['3/5 answers are valid against output_schema. a: /x is missing', 'prompts/v1/a.yaml'],
    ['12 answers are missing\nrecord them', 'prompts/v1/a.yaml'],
  ])
})
