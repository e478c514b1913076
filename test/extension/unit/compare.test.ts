import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { changeSummary, tellingCase, type ChangeFacts } from '../../../extension/src/compare/change-summary.ts'
import { answerText, previewText, renderedParts } from '../../../extension/src/compare/rendered-parts.ts'
import { replaySide } from '../../../extension/src/compare/replay-side.ts'
import { sideOf } from '../../../extension/src/evals/side.ts'
import { sample } from '../sample-repository.ts'
import { contract, pinnedText, sampleRegistry } from './sample.ts'

const today = '2026-11-20'

async function facts(): Promise<ChangeFacts> {
  const registry = sampleRegistry()
  registry.setOpen(contract, pinnedText(registry))
  const { prompt, golden, tape } = registry.entry(contract)!
  const parsed = registry.parse(contract, readFileSync(join(sample, '../base', contract), 'utf8'))
  const base = parsed.ok ? parsed.prompt : null
  const run = (side: 'base' | 'head') =>
    replaySide(sideOf(side, side === 'base' ? base! : prompt!, registry.config, today), golden!.set!, [tape!.lines])
  return {
    label: 'main',
    base,
    head: prompt!,
    baseRun: await run('base'),
    headRun: await run('head'),
    caseId: 'bicycle-without-dates',
    same: ['user', 'settings'],
    answer: null,
  }
}

test('the summary puts both versions side by side and says the change in words', async () => {
  const { base, head } = changeSummary(await facts())
  expect(base).toBe(`# contract_extraction 2.0.0, main

Golden cases: 4/7 passed (95 % 25.0–84.2 %)
No recorded answer: 1
Model: gpt-5.4-mini-2026-03-17
Text: about 42 tokens
`)
  expect(head).toBe(`# contract_extraction 2.0.0, working tree

Golden cases: 6/7 passed (95 % 48.7–97.4 %)
No recorded answer: 1
Model: gpt-5.4-mini-2026-03-17
Text: about 55 tokens

Change: adds "If a field is absent, return null. Do not guess."; about +13 tokens.
The same on both sides: user, settings.
Failed before, passes now: bicycle-without-dates, consulting-open-end.

Below: case bicycle-without-dates. For another one: "Assay: Choose Case…".
`)
})

test('a new prompt has one side, a prompt without cases says so', async () => {
  const all = await facts()
  const { base, head } = changeSummary({ ...all, base: null, baseRun: null, headRun: null, caseId: null })
  expect(base).toBeNull()
  expect(head).toContain('Not on main yet: new prompt, 2 messages')
  expect(head).toContain('Golden cases: none')
  expect(head).toContain('No golden cases: placeholders stay as they are.')
})

test('the case that shows most of the change is proposed: worse before better', async () => {
  const { baseRun, headRun } = await facts()
  expect(tellingCase(baseRun, headRun)).toBe('bicycle-without-dates')
  expect(tellingCase(headRun, baseRun)).toBe('bicycle-without-dates')
  expect(tellingCase(null, headRun)).toBeNull()
})

test('a prompt is rendered as one document a message and its settings', () => {
  const { prompt, golden } = sampleRegistry().entry(contract)!
  const parts = renderedParts(prompt!, golden!.set!.cases[1]!, today)
  expect(parts.map(({ name }) => name)).toEqual(['system.md', 'user.md', 'settings.yaml'])
  expect(parts[1]!.text).toContain('Tomas Lind sells the red touring bicycle')
  expect(parts[2]!.text).toMatch(/^model: gpt-5\.4-mini\ntemperature: 0\.1\noutput_schema:\n/)
})

test('without a case the placeholders stay', () => {
  const { prompt } = sampleRegistry().entry(contract)!
  expect(renderedParts(prompt!, null, today)[1]!.text).toContain('{contract_text}')
  expect(previewText(prompt!, null, today)).toMatch(
    /^contract_extraction 2\.0\.0 has no golden case yet: placeholders stay as they are/,
  )
})

test('a case that lacks a value says which', () => {
  const { prompt } = sampleRegistry().entry(contract)!
  expect(previewText(prompt!, { id: 'x', vars: { fields: [] } }, today)).toMatch(
    /^Case x gives no value for \{contract_text\}\./,
  )
})

test('JSON answers are shown in lines, others as they are', () => {
  expect(answerText('{"a":1}')).toBe('{\n  "a": 1\n}\n')
  expect(answerText('Sure!')).toBe('Sure!\n')
})
