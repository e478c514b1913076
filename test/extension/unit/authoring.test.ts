import { applyEdits } from '@assay/core'
import { describe, expect, test } from 'vitest'
import { lensesFor } from '../../../extension/src/authoring/code-lenses.ts'
import { fixEntry, lintEntry, todayOf } from '../../../extension/src/authoring/lint-prompt.ts'
import { problemOf, type Problem } from '../../../extension/src/authoring/problems.ts'
import { changedPart, offersFor } from '../../../extension/src/authoring/quick-fixes.ts'
import { patternsOf } from '../../../extension/src/authoring/registry-selector.ts'
import { contract, pinnedText, sampleRegistry } from './sample.ts'

const today = '2026-11-23'
const noBase = { base: null, today }

const shown = ({ start, severity, rule, tag }: Problem): string =>
  `${start.line}:${start.character} ${severity} ${rule}${tag ? ` ${tag}` : ''}`

function lint(change: (text: string) => string = (text) => text) {
  const registry = sampleRegistry()
  registry.setOpen(contract, change(registry.text(contract)!))
  const entry = registry.entry(contract)!
  return { registry, entry, findings: lintEntry(registry, entry, noBase) }
}

describe('findings as Problems', () => {
  test('places count from 0, severities and the rule are the finding’s', () => {
    expect(lint().findings.map(problemOf).map(shown)).toEqual(['1:7 Error model/unpinned'])
  })

  test('an input that nothing uses is shown faded', () => {
    const { findings } = lint((text) => pinned(text).replace('{fields}', 'all of them'))
    expect(findings.map(problemOf).map(shown)).toEqual(['14:2 Warning template/unused Unnecessary'])
  })

  test('the golden set and the tape that belong to a prompt are checked with it', () => {
    const registry = sampleRegistry()
    const golden = 'prompts/golden/contract_extraction.yaml'
    registry.setOpen(golden, registry.text(golden)!.replace('two-languages', 'loan-with-end'))
    const tape = 'prompts/tapes/contract_extraction.jsonl'
    registry.setDisk(tape, `<<<<<<< ours\n${registry.text(tape)}`)
    registry.setOpen(contract, pinnedText(registry))
    const findings = lintEntry(registry, registry.entry(contract)!, noBase)
    expect(findings.map(({ path, rule }) => `${path} ${rule}`)).toEqual([
      `${golden} eval/duplicate-case`,
      `${tape} registry/schema`,
    ])
  })

  test('what assay.yaml says about a model counts here as on the command line', () => {
    const { registry } = lint()
    registry.setDisk('assay.yaml', 'models:\n  gpt-5.4-mini: { pin: gpt-5.4-mini }\n')
    const rules = lintEntry(registry, registry.entry(contract)!, noBase).map(({ rule }) => rule)
    expect(rules).not.toContain('model/unpinned')
  })

  test('with a base the version rules speak', () => {
    const { registry, entry } = lint(pinned)
    const parsed = registry.parse(contract, entry.text.replace('Do not guess.', ''))
    const base = { prompt: parsed.ok ? parsed.prompt : null, label: 'main', goldenCases: 8 }
    expect(lintEntry(registry, entry, { base, today }).map(({ rule }) => rule)).toEqual(['version/bump-required'])
  })
})

describe('quick fixes', () => {
  test('the safe fix comes first and is the only preferred one; the ignore comes last', () => {
    const { entry, findings } = lint()
    const offers = offersFor(findings, entry)
    expect(offers.map(({ title, preferred }) => `${preferred ? '* ' : ''}${title}`)).toEqual([
      '* Pin to gpt-5.4-mini-2026-03-17',
      'Ignore model/unpinned here…',
    ])
    expect(applyEdits(entry.text, offers[0]!.edits)).toContain('model: gpt-5.4-mini-2026-03-17\n')
  })

  test('an ignore stands above its line with the cursor after the colon', () => {
    const { entry, findings } = lint()
    const ignore = offersFor(findings, entry).at(-1)!
    expect(ignore.edits).toEqual([
      { span: { start: 17, end: 17 }, text: '# assay-ignore model/unpinned: $0\n', snippet: true },
    ])
  })

  test('inside a text of several lines an ignore can only stand on top of the file', () => {
    const { entry, findings } = lint((text) => pinned(text).replace('{fields}', '{feilds}'))
    const finding = findings.find(({ rule }) => rule === 'template/undeclared')!
    const ignore = offersFor([finding], entry).at(-1)!
    expect(ignore.title).toBe('Ignore template/undeclared in this file…')
    expect(ignore.edits[0]!.span.start).toBe(0)
  })

  test('a drafted changelog sentence is left selected', () => {
    const { registry, entry } = lint(pinned)
    const parsed = registry.parse(contract, entry.text.replace('Do not guess.', ''))
    const base = { prompt: parsed.ok ? parsed.prompt : null, label: 'main', goldenCases: 8 }
    const [offer] = offersFor(lintEntry(registry, entry, { base, today }), entry)
    const snippet = offer!.edits.find((edit) => edit.snippet)!
    expect(snippet.text).toMatch(/change: "?\$\{1:.+\}"?/)
  })

  test('fix all changes what is unsafe to leave and nothing else', () => {
    const { registry, entry } = lint()
    const fixed = fixEntry(registry, entry, noBase)
    expect(fixed).toBe(pinnedText(registry))
    expect(changedPart(entry.text, fixed)).toEqual({ span: { start: 36, end: 36 }, text: '-2026-03-17' })
    expect(changedPart(fixed, fixed)).toBeNull()
  })
})

test('one line of lenses: what can be done, or how the last run went', () => {
  const { entry } = lint()
  const titles = (o: Partial<Parameters<typeof lensesFor>[0]>) =>
    lensesFor({ entry, base: null, isOutdated: false, ...o })
      .map(({ title }) => title)
      .join(' · ')
  expect(titles({ base: { label: 'main', commit: 'c' } })).toBe('Run 8 cases · Compare with main · Preview')
  expect(titles({})).toBe('Run 8 cases · Preview')
  expect(titles({ entry: { ...entry, golden: null } })).toBe('No golden cases: only the text is checked · Preview')
  const outcome = {
    report: { totals: { n: 8, passed: 6, failed: 1, unanswered: 1, unscored: 0 } },
  } as NonNullable<Parameters<typeof lensesFor>[0]['outcome']>
  expect(titles({ outcome })).toBe('6/7 passed, 1 not recorded · Preview')
  expect(titles({ outcome, isOutdated: true })).toBe('Run 8 cases · Preview')
})

test('providers are asked for the files of a registry alone', () => {
  expect(patternsOf(['prompts/', 'prompts/golden', ''])).toEqual([
    'prompts/**/*.{yaml,yml,jsonl,csv}',
    'prompts/golden/**/*.{yaml,yml,jsonl,csv}',
    '**/*.{yaml,yml,jsonl,csv}',
  ])
})

test('the day is that of UTC', () => {
  expect(todayOf(new Date('2026-11-23T23:30:00-05:00'))).toBe('2026-11-24')
})

const pinned = (text: string): string => text.replace('model: gpt-5.4-mini\n', 'model: gpt-5.4-mini-2026-03-17\n')
