import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { readInputs } from '../../action/src/inputs.ts'

const places = { workspace: '/home/runner/app', temp: '/temp' }
const read = (env: Record<string, string>) => readInputs(env, places)
const manifest = parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8'))

test('without any input the defaults of action.yml hold', () => {
  const defaults = Object.entries<{ default?: string }>(manifest.inputs).map(([name, input]) => [
    `INPUT_${name.toUpperCase()}`,
    name === 'github-token' ? '' : (input.default ?? ''),
  ])
  const expected = {
    base: null,
    configFile: 'assay.yaml',
    gate: 'auto',
    failOn: 'regression',
    maxCostMicroUsd: null,
    comment: 'on-change',
    commentId: 'default',
    commentAuthor: null,
    out: '/temp/assay',
    token: null,
  }
  expect(read(Object.fromEntries(defaults))).toEqual(expected)
  expect(read({})).toEqual(expected)
})

test('the runner keeps hyphens, and the values arrive as they stand', () => {
  const env = {
    INPUT_BASE: 'release/9',
    INPUT_CONFIG: './ci/assay.yaml',
    INPUT_GATE: 'schema',
    'INPUT_FAIL-ON': 'never',
    'INPUT_MAX-COST': '0.05',
    INPUT_COMMENT: 'off',
    'INPUT_COMMENT-ID': 'team-a',
    'INPUT_COMMENT-AUTHOR': '@acme-bot[bot]',
    INPUT_OUT: 'out/assay',
    'INPUT_GITHUB-TOKEN': ' token ',
  }
  expect(read(env)).toEqual({
    base: 'release/9',
    configFile: 'ci/assay.yaml',
    gate: 'schema',
    failOn: 'never',
    maxCostMicroUsd: 50_000,
    comment: 'off',
    commentId: 'team-a',
    commentAuthor: 'acme-bot[bot]',
    out: '/home/runner/app/out/assay',
    token: 'token',
  })
})

test.each([
  ['INPUT_GATE', 'gold', 'gate: "gold" is not one of auto, schema, golden. Did you mean "golden"?'],
  ['INPUT_GATE', 'x', 'gate: "x" is not one of auto, schema, golden.'],
  [
    'INPUT_FAIL-ON',
    'regresion',
    'fail-on: "regresion" is not one of regression, floor, lint, never. Did you mean "regression"?',
  ],
  ['INPUT_COMMENT', 'On', 'comment: "On" is not one of on, off, on-change. Did you mean "on"?'],
  ['INPUT_MAX-COST', '0,10', 'max-cost: "0,10" is not a number of dollars; write 0.10'],
  ['INPUT_MAX-COST', '-1', 'max-cost: "-1" is not a number of dollars; write 0.10'],
  ['INPUT_COMMENT-ID', 'Team A', 'comment-id: "Team A" is not made of 1 to 40 small letters, digits and hyphens'],
  [
    'INPUT_CONFIG',
    '../assay.yaml',
    'config: "../assay.yaml" is no path below the root of the repository; write assay.yaml',
  ],
])('%s=%s is refused in words', (name, value, message) => {
  expect(() => read({ [name]: value })).toThrow(message)
})
