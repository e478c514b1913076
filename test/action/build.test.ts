import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { bundle } from '../../action/build.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-build-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const root = join(import.meta.dirname, '../..')

test('two builds are equal byte for byte, hold no path of this machine and load lazily what few runs need', async () => {
  const [one, two] = [join(folder, 'a'), join(folder, 'deep/er/b')]
  const sizes = await bundle(one)
  await bundle(two)
  const names = readdirSync(one).toSorted()
  expect(readdirSync(two).toSorted()).toEqual(names)
  for (const name of names) {
    const text = readFileSync(join(one, name), 'utf8')
    expect(text === readFileSync(join(two, name), 'utf8'), name).toBe(true)
    expect(text.includes(root), `${name} holds an absolute path`).toBe(false)
  }
  expect(names).toContain('index.mjs')
  const eager = readFileSync(join(one, 'index.mjs'), 'utf8')
  expect(eager).toMatch(/import\("\.\/openai-\w+\.mjs"\)/)
  expect(eager).not.toMatch(/from"\.\/openai-/)
  // The tables of the tokenizer are counted apart: they load for models whose tokens can be counted exactly.
  const counted = Object.entries(sizes).filter(([name]) => !/^(o200k|cl100k)_base-/.test(name))
  expect(counted.reduce((sum, [, bytes]) => sum + bytes, 0)).toBeLessThan(2_500_000)
  expect(sizes['index.mjs']).toBeLessThan(1_000_000)
})
