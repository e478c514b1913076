import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { builtinCatalog } from '../../../core/src/catalog/catalog.ts'
import { fileSubjects, lintFiles } from '../../../core/src/lint/lint-files.ts'
import { lintPrompts } from '../../../core/src/lint/lint.ts'
import { defaultConfig } from '../../../core/src/registry/config.ts'
import { parsePrompt } from '../../../core/src/registry/parse.ts'
import { applyEdits } from '../../../core/src/text/edit.ts'
import { findHidden } from '../../../core/src/text/unicode.ts'

const seed = readFileSync(new URL('../../fixtures/prompts/seed.yaml', import.meta.url), 'utf8')

describe('files that are no prompts', () => {
  const key = 'AKIA' + 'TESTTESTTESTTEST'
  const o = { config: defaultConfig }
  const texts = new Map([
    ['assay.yaml', `providers: { x: { api_key_env: ${key} } }\n`],
    ['prompts/v1/a.yaml', key],
    [
      'prompts/golden/a.jsonl',
      `{"id":"a","vars":{"t":"${key}\u202e # assay-ignore security/secret: not a comment"}}\n`,
    ],
    ['prompts/tapes/a.jsonl', key],
    ['prompts/rubrics/a.md', 'Be \u202ekind.'],
  ])

  test('are golden sets, assay.yaml and what prompts name; prompts and tapes have their own turn', () => {
    expect(fileSubjects(texts, defaultConfig, 'assay.yaml').map(({ path: at, kind }) => `${kind} ${at}`)).toEqual([
      'config assay.yaml',
      'golden prompts/golden/a.jsonl',
      'other prompts/rubrics/a.md',
    ])
  })

  test('hold no secrets, and no hidden characters but in cases', () => {
    const found = lintFiles(fileSubjects(texts, defaultConfig, 'assay.yaml'), o)
    expect(found.map(({ path: at, rule }) => `${at} ${rule}`)).toEqual([
      'assay.yaml security/secret',
      'prompts/golden/a.jsonl security/secret',
      'prompts/rubrics/a.md security/hidden-unicode',
    ])
    for (const { message } of found) expect(message).not.toContain('TEST')
  })

  test('keep their severities and their comments', () => {
    const off = { ...defaultConfig, lint: { ...defaultConfig.lint, rules: { 'security/*': 'off' as const } } }
    const text = `models: { x: { pin: ${key} } } # assay-ignore security/secret: the key of the manual\n`
    expect(
      lintFiles([{ path: 'assay.yaml', text: texts.get('assay.yaml')!, kind: 'config' }], { config: off }),
    ).toEqual([])
    expect(lintFiles([{ path: 'assay.yaml', text, kind: 'config' }], o)).toEqual([])
  })
})

describe('secrets', () => {
  function shown(text: string): string[] {
    const path = 'prompts/v2/contract_extraction.yaml'
    const prompt = `${seed}x-note: |\n  ${text}\n`
    const o = { config: defaultConfig, catalog: builtinCatalog, today: '2026-11-23' }
    const found = lintPrompts([{ path, text: prompt, parsed: parsePrompt(path, prompt) }], o)
    return found.filter(({ rule }) => rule === 'security/secret').map(({ message }) => message)
  }

  test('each of several is found, at its own place', () => {
    const keys = ['AKIA' + 'TESTTESTTESTTEST', 'ghp_' + 'a1B2'.repeat(10), 'xoxb-' + '123456789012']
    expect(shown(keys.join(' and '))).toHaveLength(3)
  })

  test.each([
    'monkey = contract_extraction_termination_dates',
    'cache_key: prompts/golden/contract_extraction.yaml',
    'The keyword: aaaaaaaaaaaaaaaaaaaaaaaaa1',
    'api_key_env: OPENAI_API_KEY',
    'token: {contract_text_of_the_customer_1}',
  ])('%s is none', (text) => {
    expect(shown(text)).toEqual([])
  })

  test('a finding shows nothing of an assigned value', () => {
    expect(shown('password: "9fK2mQ7xR4tW1zB8nC5v"')).toEqual([
      'This looks like a secret (20 characters). Revoke it; removing the line is not enough.',
    ])
  })
})

describe('hidden characters', () => {
  const names = (text: string): string[] => findHidden(text).map(({ first, count }) => `${first.toString(16)}x${count}`)

  test.each([
    ['bidi override', 'a\u202eb', ['202ex1']],
    ['a run is one', 'a\u200b\u200b\u2060b', ['200bx3']],
    ['tags', '\u{e0041}\u{e0042}', ['e0041x2']],
    ['C0, DEL and C1', 'a\u0000b\u007fc\u0085d', ['0x1', '7fx1', '85x1']],
    ['a byte order mark inside', 'a\ufeffb', ['feffx1']],
    ['a joiner between blanks', 'a \u200d b', ['200dx1']],
    ['a joiner at the end', 'a\u200d', ['200dx1']],
    ['two joiners', 'م\u200c\u200cخ', ['200cx2']],
  ])('%s', (_, text, expected) => {
    expect(names(text)).toEqual(expected)
  })

  test.each([
    'می\u200cخواهم',
    '👩\u200d👩\u200d👧',
    '❤\ufe0f\u200d🔥',
    '👩🏽\u200d💻',
    'क्\u200dष',
    'a\tb\r\nc',
    'é😀',
    '“quoted” — dash',
  ])('not in %s', (text) => {
    expect(names(text)).toEqual([])
  })

  test('removing them leaves none, and nothing else changes', () => {
    const unit = fc.constantFrom('a', ' ', 'م', '👩', '\u200d', '\u200c', '\u202e', '\u0000', '\u{e0061}', '\n')
    fc.assert(
      fc.property(fc.array(unit), (units) => {
        const text = units.join('')
        let after = text
        for (let round = 0; round < 3; round += 1) {
          after = applyEdits(
            after,
            findHidden(after).map((span) => ({ span, text: '' })),
          )
        }
        expect(findHidden(after)).toEqual([])
        // Joiners may stay or go; everything else that is seen is there as it was.
        const without = (hidden: string, from: string) => [...from].filter((each) => !hidden.includes(each)).join('')
        expect(without('\u200c\u200d', after)).toBe(without('\u200c\u200d\u202e\u0000\u{e0061}', text))
      }),
    )
  })
})
