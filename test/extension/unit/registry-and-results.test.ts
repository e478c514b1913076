import type { RunReport } from '@assay/core'
import { describe, expect, test } from 'vitest'
import { recordedAnswer, replaySide } from '../../../extension/src/compare/replay-side.ts'
import { caseContent, caseId, errorOf, promptDescription, promptId } from '../../../extension/src/evals/eval-tree.ts'
import { missingWords } from '../../../extension/src/evals/eval-run.ts'
import { outdatedCases, passedWords } from '../../../extension/src/evals/last-results.ts'
import { sideOf } from '../../../extension/src/evals/side.ts'
import { statusOf } from '../../../extension/src/status.ts'
import { contract, pinnedText, sampleRegistry } from './sample.ts'

describe('the registry of a folder', () => {
  test('an open document wins over the disk, and only what it changed is parsed again', () => {
    const registry = sampleRegistry()
    const before = registry.entry(contract)!
    expect(registry.entry(contract)!.parsed).toBe(before.parsed)
    registry.setOpen(contract, pinnedText(registry))
    const after = registry.entry(contract)!
    expect(after.prompt?.modelText).toBe('gpt-5.4-mini-2026-03-17')
    expect(after.golden).toBe(before.golden)
    expect(after.tape).toBe(before.tape)
    registry.setOpen(contract, undefined)
    expect(registry.entry(contract)!.prompt?.modelText).toBe('gpt-5.4-mini')
  })

  test('files that a prompt names outside of the folders are asked for once they are missing', () => {
    const registry = sampleRegistry()
    registry.setOpen(
      contract,
      registry
        .text(contract)!
        .replace(/output_schema:[\s\S]*?(?=changelog:)/, 'output_schema: { $ref: /shared/contract.json }\n'),
    )
    registry.setOpen(contract, registry.text(contract)!.replace('/shared', '../../shared'))
    expect(registry.entry(contract)!.parsed.findings).not.toEqual([])
    expect(registry.takeWanted()).toEqual(['shared/contract.json'])
    registry.setDisk('shared/contract.json', '{ "type": "object" }')
    expect(registry.entry(contract)!.parsed.findings).toEqual([])
  })

  test('a broken assay.yaml leaves the defaults in use', () => {
    const registry = sampleRegistry()
    registry.setDisk('assay.yaml', 'gate: {}\nprompts: [other/]\n')
    expect(registry.configFindings).toHaveLength(1)
    expect(registry.promptPaths()).toHaveLength(2)
  })

  test('prompts lie where assay.yaml says', () => {
    const registry = sampleRegistry()
    registry.setDisk('assay.yaml', 'prompts: ["services/*/prompts/*.yaml"]\n')
    expect(registry.promptPaths()).toEqual([])
    expect(registry.roots()[0]).toBe('services/')
    expect(registry.has('services/shop/prompts/reply.yaml')).toBe(true)
  })
})

describe('the tree', () => {
  test('ids are made of paths and names, so that they stay when lines move', () => {
    const id = promptId('file:///projects/shop', contract)
    expect(id).toBe('file:///projects/shop/prompts/v2/contract_extraction.yaml')
    expect(promptId('file:///projects/shop/', contract)).toBe(id)
    expect(caseId(id, 'nda')).toBe(`${id}#nda`)
  })

  test('a prompt says version and model, and that it has no cases', () => {
    const entry = sampleRegistry().entry(contract)!
    expect(promptDescription(entry)).toBe('v2.0.0 · gpt-5.4-mini')
    expect(promptDescription({ ...entry, golden: null })).toBe(
      'v2.0.0 · gpt-5.4-mini · no golden cases: only the text is checked',
    )
  })

  test('what cannot be read says why', () => {
    const registry = sampleRegistry()
    expect(errorOf(registry.entry(contract)!)).toBeNull()
    registry.setOpen(contract, 'version: [\n')
    expect(errorOf(registry.entry(contract)!)).toMatch(/^Cannot read contract_extraction\.yaml: line \d: /)
  })
})

describe('results', () => {
  const totals = (o: Partial<RunReport['totals']>) => ({ n: 0, passed: 0, failed: 0, unanswered: 0, unscored: 0, ...o })

  test('counts stand without shares', () => {
    expect(passedWords(totals({ n: 25, passed: 24, failed: 1 }))).toBe('24/25 passed')
    expect(passedWords(totals({ n: 8, unanswered: 8 }))).toBe('8 of 8 not recorded')
    expect(passedWords(totals({ n: 2, unscored: 2 }))).toBeNull()
  })

  test('missing answers come with the command that records them', () => {
    const prompt = { name: 'triage' } as RunReport['prompt']
    expect(missingWords({ totals: totals({ n: 8, unanswered: 1 }), prompt })).toMatch(
      /^1 of 8 cases has no recorded answer for this text\. To record:\r\n {2}npx -y @assay\/core@\S+ record triage$/,
    )
    expect(missingWords({ totals: totals({ n: 1, unanswered: 1 }), prompt })).toMatch(/^1 of 1 case has/)
  })

  test('a comment outdates nothing, a text all, a case itself', async () => {
    const registry = sampleRegistry()
    const { prompt, golden } = registry.entry(contract)!
    const cases = golden!.set!.cases
    const contents = new Map(cases.map((c) => [c.id, caseContent(c)]))
    const side = sideOf('head', prompt!, registry.config, '2026-11-20')
    const report = await replaySide(side, golden!.set!, [])
    const hashOf = (change: (text: string) => string) => {
      const parsed = registry.parse(contract, change(registry.text(contract)!))
      return parsed.ok ? parsed.prompt.canonicalHash : ''
    }
    const outcome = { report, contents }
    expect(
      outdatedCases(
        outcome,
        hashOf((text) => `# note\n${text}`),
        cases,
      ),
    ).toBe('none')
    expect(
      outdatedCases(
        outcome,
        hashOf((text) => text.replace('Do not', 'Never')),
        cases,
      ),
    ).toBe('all')
    const edited = cases.map((c) => (c.id === 'two-languages' ? { ...c, expected: 1 } : c))
    expect(outdatedCases(outcome, prompt!.canonicalHash, edited)).toEqual(['two-languages'])
  })

  test('the tape of the sample answers the pinned prompt', async () => {
    const registry = sampleRegistry()
    registry.setOpen(contract, pinnedText(registry))
    const { prompt, golden, tape } = registry.entry(contract)!
    const side = sideOf('head', prompt!, registry.config, '2026-11-20')
    const { totals: found } = await replaySide(side, golden!.set!, [tape!.lines])
    expect(found).toEqual({ n: 8, passed: 6, failed: 1, unanswered: 1, unscored: 0 })
    expect(tape!.findings).toEqual([])
    expect(await recordedAnswer(side, golden!.set!.cases[7]!, [tape!.lines])).toBeNull()
  })
})

test('the status says how the cases stand and what limits the view', () => {
  const facts = { passed: null, isOutdated: false, configErrors: 0, base: 'main', trusted: true }
  expect(statusOf(facts)).toEqual({ text: 'Assay: not run', detail: 'compared with main', severity: 'Information' })
  expect(statusOf({ ...facts, passed: '24/25 passed' }).text).toBe('Assay: 24/25 passed · recorded')
  expect(statusOf({ ...facts, passed: '24/25 passed', isOutdated: true }).text).toBe('Assay: not run since edit')
  expect(statusOf({ ...facts, base: null }).detail).toBe('not compared: no base')
  expect(statusOf({ ...facts, trusted: false }).detail).toMatch(
    /^Restricted Mode: checks, preview and recorded answers work/,
  )
  expect(statusOf({ ...facts, configErrors: 2 })).toMatchObject({
    detail: 'assay.yaml has 2 errors; defaults are in use · compared with main',
    severity: 'Warning',
  })
})
