import { describe, expect, test } from 'vitest'
import { defaultConfig, parseConfig } from '../../../core/src/registry/config.ts'
import { matchesGlob } from '../../../core/src/registry/glob.ts'
import { resolvePath } from '../../../core/src/registry/paths.ts'
import { goldenPathsOf, isPromptPath, loadRegistry, tapePathOf } from '../../../core/src/registry/registry.ts'
import { distance, nearest } from '../../../core/src/registry/did-you-mean.ts'

const prompt = (version: string, more = ''): string =>
  `version: "${version}"\nmodel: claude-opus-4-8\nuser_template: Hi\nchangelog: [{ version: "${version}", date: "2026-01-01", change: First version }]\n${more}`

describe('which files are prompts', () => {
  test.each([
    ['prompts/a.yaml', true],
    ['prompts/v2/legal/a.yml', true],
    ['prompts/golden/a.yaml', false],
    ['prompts/tapes/a.yaml', false],
    ['prompts/schemas/a.yaml', false],
    ['prompts/rubrics/a.yaml', false],
    ['prompts/canary/a.yaml', false],
    ['prompts/accepted.yaml', false],
    ['prompts/legal/golden/a.yaml', true],
    ['prompts/a.json', false],
    ['other/a.yaml', false],
  ])('%s: %s', (path, expected) => {
    expect(isPromptPath(path, defaultConfig)).toBe(expected)
  })

  test('globs and exclusions', () => {
    const parsed = parseConfig('assay.yaml', 'prompts: ["apps/*/prompts/**/*.yaml"]\nexclude: ["**/old/**"]\n')
    const config = parsed.ok ? parsed.config : defaultConfig
    expect(isPromptPath('apps/x/prompts/v1/a.yaml', config)).toBe(true)
    expect(isPromptPath('apps/x/prompts/golden/a.yaml', config)).toBe(false)
    expect(isPromptPath('apps/x/prompts/old/a.yaml', config)).toBe(false)
    expect(isPromptPath('prompts/a.yaml', config)).toBe(false)
  })
})

test.each([
  ['a/b.yaml', 'a/*.yaml', true],
  ['a/b/c.yaml', 'a/*.yaml', false],
  ['a/b/c.yaml', '**/*.yaml', true],
  ['c.yaml', '**/*.yaml', true],
  ['a/b/c.yaml', 'a/', true],
  ['a/b/c.test.ts', '*.test.*', true],
  ['a/b.yml', 'a/*.{yaml,yml}', true],
  ['release/1.0', 'release/**', true],
  ['aXb', 'a?b', true],
  [`${'a'.repeat(5000)}b`, '*a*a*a*a*a*c', false],
])('glob %s against %s', (path, pattern, expected) => {
  expect(matchesGlob(path, pattern)).toBe(expected)
})

test.each([
  ['prompts/v2/a.yaml', '../schemas/x.json', 'prompts/schemas/x.json'],
  ['prompts/v2/a.yaml', 'prompts/rubrics/x.md', 'prompts/rubrics/x.md'],
  ['a.yaml', './x', 'x'],
  ['a.yaml', '../x', null],
  ['a/b.yaml', 'c/../../x', null],
  ['a.yaml', '/etc/passwd', null],
  ['a.yaml', 'https://example.org/x', null],
  ['a.yaml', 'C:\\x', null],
  ['a.yaml', 'a\0b', null],
])('from %s, %s is %s', (from, path, expected) => {
  expect(resolvePath(from, path)).toBe(expected)
})

test('all prompts, sorted, and what is wrong with them', () => {
  const registry = loadRegistry(
    new Map([
      ['prompts/v2/b.yaml', prompt('2.0.0')],
      ['prompts/v1/b.yaml', prompt('1.0.0')],
      ['prompts/v1/a.yaml', prompt('1.3.0', 'name: b\n')],
      ['prompts/broken.yaml', '['],
    ]),
    defaultConfig,
  )
  expect(registry.prompts.map(({ path }) => path)).toEqual([
    'prompts/v1/a.yaml',
    'prompts/v1/b.yaml',
    'prompts/v2/b.yaml',
  ])
  expect(registry.findings.map(({ path, rule, message }) => `${path} ${rule} ${message}`)).toEqual([
    'prompts/broken.yaml registry/schema Flow sequence must end with a ].',
    'prompts/v1/b.yaml registry/duplicate-name Name "b" (major 1) is also used by prompts/v1/a.yaml.',
  ])
})

test('where golden sets and tapes are', () => {
  const [a] = loadRegistry(new Map([['prompts/v1/legal/a.yaml', prompt('1.0.0')]]), defaultConfig).prompts
  expect(goldenPathsOf(a!, defaultConfig)).toEqual([
    'prompts/golden/legal/a.yaml',
    'prompts/golden/legal/a.yml',
    'prompts/golden/legal/a.jsonl',
    'prompts/golden/legal/a.csv',
  ])
  expect(goldenPathsOf(a!, defaultConfig, 'full')[0]).toBe('prompts/golden/legal/a.full.yaml')
  expect(tapePathOf('legal/a', defaultConfig)).toBe('prompts/tapes/legal/a.jsonl')
  const [b] = loadRegistry(
    new Map([['prompts/v1/b.yaml', prompt('1.0.0', 'evals: { golden: ../sets/b.jsonl }\n')]]),
    defaultConfig,
  ).prompts
  expect(goldenPathsOf(b!, defaultConfig)).toEqual(['prompts/sets/b.jsonl'])
})

test('did you mean', () => {
  expect(distance('temprature', 'temperature', 2)).toBe(1)
  expect(distance('ab', 'ba', 2)).toBe(1)
  expect(distance('a', 'abcd', 2)).toBe(3)
  expect(nearest('temprature', ['temperature', 'tags'])).toEqual(['temperature'])
  expect(nearest('x', ['y'])).toEqual([])
  expect(nearest('top_l', ['top_k', 'top_p', 'stop'])).toEqual(['top_k', 'top_p'])
})
