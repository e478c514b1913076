import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempRepo, type Content } from '../../stand-ins/temp-repo.ts'
import { assay, goldenText, promptText } from '../cli/project.ts'

const root = new URL('../../..', import.meta.url).pathname
const key = 'AKIA' + 'TESTTESTTESTTEST'
const pinned = { model: 'claude-opus-4-8' }
const files: Record<string, Content> = {
  'assay.yaml': 'version: 1\n',
  'prompts/v1/day.yaml': promptText({ model: 'gpt-5.5' }).replace(
    'parameters: { temperature: 0, seed: 7,',
    'parameters: {',
  ),
  'prompts/golden/day.yaml': goldenText(),
}
const clean: Record<string, Content> = { ...files, 'prompts/v1/day.yaml': promptText(pinned) }

async function lint(content: Record<string, Content>, argv: string[]) {
  await using repo = await tempRepo()
  repo.write(content)
  // Awaited, or the repository is gone before the command reads it.
  return await assay(repo.path, ['lint', ...argv])
}

describe('assay lint --format', () => {
  test.each([
    ['sarif', (out: string) => JSON.parse(out).runs[0].results.map((each: { ruleId: string }) => each.ruleId)],
    ['junit', (out: string) => [...out.matchAll(/<failure type="([^"]*)"/g)].map(([, id]) => id)],
    ['markdown', (out: string) => [...out.matchAll(/\| \[([a-z/-]+)\]/g)].map(([, id]) => id)],
    ['annotations', (out: string) => [...out.matchAll(/^::error .*title=([^:]*)::/gm)].map(([, id]) => id)],
    ['json', (out: string) => JSON.parse(out).findings.map((each: { rule: string }) => each.rule)],
  ])('%s', async (format, idsOf) => {
    const ran = await lint(files, ['--format', format])
    expect(ran).toMatchObject({ code: 1, err: '' })
    expect(idsOf(ran.out)).toEqual(['model/unpinned'])
  })

  test('of some prompts, JUnit names only those', async () => {
    const other = { ...clean, 'prompts/v1/other.yaml': promptText(pinned), 'prompts/golden/other.yaml': goldenText() }
    expect((await lint(other, ['prompts/v1/day.yaml', '--format', 'junit'])).out).not.toContain('other.yaml')
  })
})

describe('--rule and --max-warnings', () => {
  test('a rule, a folder, several; the last of one rule wins', async () => {
    expect(await lint(files, ['--rule', 'model/unpinned=warning'])).toMatchObject({ code: 0 })
    expect(await lint(files, ['--rule', 'model/*=off', '--rule', 'eval/*=error'])).toMatchObject({ code: 0 })
    expect(await lint(files, ['--rule', 'model/unpinned=off', '--rule', 'model/unpinned=error'])).toMatchObject({
      code: 1,
    })
  })

  test('lie over assay.yaml, and reach findings of golden sets', async () => {
    const config = { ...files, 'assay.yaml': 'lint: { rules: { model/unpinned: off } }\n' }
    expect(await lint(config, [])).toMatchObject({ code: 0 })
    expect(await lint(config, ['--rule', 'model/unpinned=error'])).toMatchObject({ code: 1 })
    const doubled = { ...clean, 'prompts/golden/day.yaml': goldenText().replace('id: m1,', 'id: m0,') }
    expect(await lint(doubled, [])).toMatchObject({ code: 1 })
    expect(await lint(doubled, ['--rule', 'eval/duplicate-case=warning'])).toMatchObject({ code: 0 })
  })

  test('a rule that nobody has ends with 2 and the nearest one', async () => {
    const ran = await lint(files, ['--rule', 'eval/mising=info'])
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "eval/missing"?') })
    expect(await lint(files, ['--rule', 'eval/missing=loud'])).toMatchObject({ code: 2 })
  })

  test('more warnings than allowed end with 1', async () => {
    const argv = ['--rule', 'model/unpinned=warning', '--max-warnings']
    expect(await lint(files, [...argv, '0'])).toMatchObject({ code: 1 })
    expect(await lint(files, [...argv, '1'])).toMatchObject({ code: 0 })
    expect(await lint(files, [...argv, 'many'])).toMatchObject({ code: 2 })
  })
})

describe('files beside the prompts', () => {
  test('a golden set in CSV belongs to its prompt', async () => {
    const rows = Array.from({ length: 25 }, (_, n) => `m${n},"Message ${n}, ""quoted""","{""day"":null}"\n`)
    const csv = {
      ...clean,
      'prompts/golden/day.yaml': null,
      'prompts/golden/day.csv': `id,message,expected\n${rows.join('')}`,
    }
    const { 'prompts/golden/day.yaml': _gone, ...content } = csv
    expect(await lint(content, [])).toMatchObject({ code: 0, out: expect.stringContaining('no findings') })
  })

  test('two formats of one set are an error', async () => {
    const ran = await lint({ ...clean, 'prompts/golden/day.csv': 'id,message\na,b\n' }, ['--format', 'json'])
    expect(ran.json.findings).toMatchObject([{ rule: 'registry/duplicate-name', path: 'prompts/golden/day.csv' }])
  })

  test('a secret in a golden set is found and not printed', async () => {
    const ran = await lint({ ...clean, 'prompts/golden/day.yaml': goldenText().replace('Message 3', key) }, [])
    expect(ran).toMatchObject({ code: 1, out: expect.stringContaining('security/secret') })
    expect(ran.out).not.toContain(key)
  })

  test('--fix takes hidden characters out of prompts and assay.yaml, and touches no golden set', async () => {
    await using repo = await tempRepo()
    const golden = goldenText().replace('Message 3', 'Mess\u200bage 3')
    repo.write({
      'assay.yaml': 'version: 1\n# a\u202eb\n',
      'prompts/v1/day.yaml': promptText({ ...pinned, rule: 'Be\u200b brief.' }),
      'prompts/golden/day.yaml': golden,
    })
    expect(await assay(repo.path, ['lint'])).toMatchObject({ code: 1 })
    expect(await assay(repo.path, ['lint', '--fix'])).toMatchObject({ code: 0 })
    const read = (path: string) => readFile(join(repo.path, path), 'utf8')
    expect(await read('assay.yaml')).toBe('version: 1\n# ab\n')
    expect(await read('prompts/v1/day.yaml')).toBe(promptText({ ...pinned, rule: 'Be brief.' }))
    expect(await read('prompts/golden/day.yaml')).toBe(golden)
  })
})

test('our own registry gives what is committed', async () => {
  const ran = await assay(root, ['lint', '--today', '2026-11-23'])
  await expect(ran.out).toMatchFileSnapshot('../../fixtures/lint/examples/registry.out')
})
