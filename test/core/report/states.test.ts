import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startLoopbackProvider } from '../../stand-ins/loopback-provider.ts'
import { tempRepo, type Content } from '../../stand-ins/temp-repo.ts'
import { answerDay, assay, changedPrompt, configText, goldenText, promptText } from '../cli/project.ts'
import { verdictMarkdown } from '../../../core/src/report/markdown.ts'
import type { Verdict } from '../../../core/src/gate/verdict.ts'

const promptPath = 'prompts/v1/day.yaml'
const goldenPath = 'prompts/golden/day.yaml'

const reworded = promptText({
  version: '1.1.0',
  rule: 'If no day is named, the day is null, as JSON null.',
  entries: '  - version: "1.1.0"\n    date: "2026-11-20"\n    change: Say which null is meant\n',
})

/** Each state as a change over the same base. `record`: what the author records before asking for a verdict. */
const states: Record<string, { base?: Record<string, Content>; change: Record<string, Content>; record: boolean }> = {
  blocked: { change: { [promptPath]: changedPrompt }, record: true },
  ready: { change: { [promptPath]: reworded.replace('the day is null, as', 'the day is null, as a') }, record: true },
  lint: {
    change: {
      [promptPath]: changedPrompt
        .replace(/model: .*/, 'model: gpt-4o')
        .replace('version: "1.1.0"\nmodel', 'version: "1.0.0"\nmodel'),
    },
    record: false,
  },
  incomplete: { change: { [promptPath]: changedPrompt }, record: false },
  'no-golden': { base: { [goldenPath]: null }, change: { [promptPath]: changedPrompt }, record: false },
  'no-baseline': {
    base: { [promptPath]: null, [goldenPath]: null },
    change: { [promptPath]: promptText(), [goldenPath]: goldenText() },
    record: true,
  },
  'test-changed': {
    change: { [promptPath]: changedPrompt, [goldenPath]: goldenText().replaceAll('day: null }', 'day: Monday }') },
    record: true,
  },
  'no-expectation': {
    base: { [goldenPath]: goldenText().replaceAll(/, expected: \{[^}]*\}/g, '') },
    change: { [promptPath]: changedPrompt },
    record: true,
  },
  nothing: { change: {}, record: false },
}

async function verdictOf(state: (typeof states)[string]) {
  const provider = await startLoopbackProvider(answerDay)
  await using repo = await tempRepo()
  await repo.commit(
    { 'assay.yaml': configText(provider.url), [promptPath]: promptText(), [goldenPath]: goldenText(), ...state.base },
    'base',
  )
  if (state.base?.[promptPath] !== null) {
    await assay(repo.path, ['record'])
    const tape = await readFile(join(repo.path, 'prompts/tapes/day.jsonl'), 'utf8').catch(() => null)
    await repo.commit({ 'prompts/tapes/day.jsonl': tape }, 'tape')
  }
  await repo.branch('change')
  repo.write(state.change)
  if (state.record) await assay(repo.path, ['record', '--base', 'main'])
  const run = async (format: string) => (await assay(repo.path, ['check', '--base', 'main', '--format', format])).out
  const [text, markdown, json] = [await run('text'), await run('markdown'), await run('json')]
  await provider.close()
  return { text: stable(text), markdown: stable(markdown), verdict: JSON.parse(json) as Verdict }
}

// What differs from run to run: commits (the port is in assay.yaml), the day of a live answer, latencies.
const stable = (text: string): string =>
  text
    .replaceAll(/\b[0-9a-f]{7}\b/g, 'c0ffee1')
    .replaceAll(/\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b/g, 'DATE')
    .replaceAll(/\| \d+ ms \| \d+ ms \|/g, '| 12 ms | 12 ms |')
    .replaceAll(/\| ➖ \| \d+ ms \|/g, '| ➖ | 12 ms |')

describe.each(Object.entries(states))('%s', (name, state) => {
  test('reads as it did', async () => {
    const { text, markdown, verdict } = await verdictOf(state)
    await expect(text).toMatchFileSnapshot(`../../fixtures/verdicts/${name}.txt`)
    await expect(markdown).toMatchFileSnapshot(`../../fixtures/verdicts/${name}.md`)

    const [first = '', second = '', third = ''] = markdown.split('\n')
    const plain = (row: string) => row.replace(/\*\*|<[^>]+>/g, '').replaceAll(/&[#\w]+;/g, 'x')
    expect(plain(first).length, first).toBeLessThanOrEqual(170)
    expect(plain(second).length, second).toBeLessThanOrEqual(200)
    expect(third).toMatch(/^Change: /)
    expect(plain(third).length, third).toBeLessThanOrEqual(200)
    // Balanced tags, whatever the data was.
    for (const tag of ['details', 'summary', 'code', 'sub']) {
      expect(markdown.match(new RegExp(`<${tag}[ >]`, 'g'))?.length ?? 0, tag).toBe(
        markdown.match(new RegExp(`</${tag}>`, 'g'))?.length ?? 0,
      )
    }
    // Over budget whole blocks go; the first lines and the last stay.
    const short = verdictMarkdown(verdict, { budget: 1_500, lastLine: '<!-- marker -->' })
    expect(short.length).toBeLessThanOrEqual(1_500)
    expect(short.startsWith('**Assay: ')).toBe(true)
    expect(short.endsWith('<!-- marker -->')).toBe(true)
  })
})
