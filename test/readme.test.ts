import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '@assay/core'
import { makeDemoRepository } from './demo-repository.ts'
import { assay } from './core/cli/project.ts'
import { tempRepo } from './stand-ins/temp-repo.ts'

const root = new URL('..', import.meta.url).pathname
const page = readFileSync(join(root, 'README.md'), 'utf8')

/** Fenced blocks of one language. */
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map((match) => match[1]!)

describe('the README', () => {
  test('shows the verdict that the demo gives', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-readme-'))
    try {
      await makeDemoRepository(folder, { swap: false })
      const { out } = await assay(folder, ['check', '--base', 'main'], { today: '2026-11-25' })
      const shown = /<!-- transcript -->\n```\n([^]*?)```/.exec(page)![1]!
      const lines = shown.split('\n').filter((row) => row.trim() !== '' && !row.startsWith('$'))
      for (const row of lines) expect(out).toContain(row.replace(/…$/, '').trimEnd())
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('has a prompt, a golden set and a config that lint accepts', async () => {
    const [prompt, golden] = blocks('yaml')
    await using repo = await tempRepo({
      [/^# (\S+)/.exec(prompt!)![1]!]: prompt!,
      [/^# (\S+)/.exec(golden!)![1]!]: golden!,
    })
    const linted = await assay(repo.path, ['lint', '--format', 'json'])
    expect(linted.json.counts.error).toBe(0)
    expect(parseConfig('assay.yaml', blocks('yaml')[2]!)).toMatchObject({ ok: true, findings: [] })
  })

  test('names commands that exist', async () => {
    for (const [, name] of page.matchAll(/^\| `(\w+) /gm)) {
      const helped = await assay(root, [name!, '--help'])
      expect(helped.code, name).toBe(0)
      expect(helped.out).toContain(`Usage: assay ${name}`)
    }
    const scripts = (
      JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
    ).scripts
    for (const [, name] of page.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(name)
  })
})
