import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { scorers } from '../../../core/src/eval/scorers/index.ts'
import { exportGolden } from '../../../core/src/formats/export-golden.ts'
import type { Imported } from '../../../core/src/formats/format.ts'
import { formats, formatsOf } from '../../../core/src/formats/index.ts'
import { parseGoldenSet } from '../../../core/src/registry/golden.ts'
import { parsePrompt } from '../../../core/src/registry/parse.ts'
import { own, wild } from './wild.ts'

const root = new URL('../../fixtures/formats/', import.meta.url).pathname
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')
const readFile = (path: string): string | undefined => (existsSync(join(root, path)) ? textOf(path) : undefined)
const formatOf = (id: string) => formats.find((format) => format.id === id)!
// Fixed, so that a scorer that is added later does not change the snapshots.
const today = { today: '2026-11-23', scorers: ['json-schema', 'json-fields', 'exact', 'contains', 'same-as-base'] }

type Good = Extract<Imported, { ok: true }>

const imported = (format: string, path: string, o: object = {}): Imported =>
  formatOf(format).import(path, textOf(path), { ...today, readFile, ...o })

function exported(format: string, done: Good, index = 0) {
  const { path, text } = done.files[index]!
  const parsed = parsePrompt(path, text)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings))
  expect(parsed.findings).toEqual([])
  const { golden } = done
  const set = golden && parseGoldenSet(golden.path, golden.text, { name: 'x', readFile: () => 'text' })
  expect(set?.findings ?? []).toEqual([])
  return formatOf(format).export(parsed.prompt, golden && exportGolden(set!.set!, golden.text))
}

const all = [...wild, ...own]

test.each(all)('$format: $fixture', async ({ format, fixture }) => {
  const path = `${format}/${fixture}`
  const done = imported(format, path)
  const said = done.ok
    ? [
        ...[...done.files, ...(done.golden ? [done.golden] : [])].map((file) => `# ${file.path}\n${file.text}`),
        ...done.losses.map(({ line, message }) => `lost: ${fixture}:${line}  ${message}\n`),
      ]
    : done.findings.map(({ line, column, message }) => `${fixture}:${line}:${column}  ${message}\n`)
  await expect(said.join('')).toMatchFileSnapshot(join(root, `${path}.out`))
})

test('three real files a format, named with repository, path and commit', () => {
  for (const { id } of formats) {
    const rows = wild.filter((each) => each.format === id)
    expect(rows.length, id).toBeGreaterThanOrEqual(3)
    for (const { repository, commit } of rows) {
      expect(repository).toMatch(/^[\w-]+\/[\w-]+$/)
      expect(commit).toMatch(/^[0-9a-f]{40}$/)
    }
  }
})

/** A file as data: front matter apart, a body without the blank lines around its role marks. */
function meaning(path: string, text: string): unknown {
  if (/\.ya?ml$|\.json$/.test(path)) return parse(text)
  const [, head = '', body = text] = /^---\n([\s\S]*?)^---\n([\s\S]*)$/m.exec(text) ?? []
  const mark = /^[ \t]*(?:\w+:|\{\{ ?role "\w+" ?\}\})[ \t]*$/
  const lines = body.split('\n').map((line) => line.replace(/\{\{ ?(role "\w+") ?\}\}/, '{{$1}}'))
  const kept = lines.filter((line, index) => {
    if (line.trim() !== '') return true
    const near = [lines[index - 1], lines[index + 1]]
    return !near.some((other) => other === undefined || mark.test(other) || /^\{\{(media|thread)/.test(other))
  })
  return { head: parse(head), body: kept.join('\n').trim() }
}

/** What an export lacks or writes otherwise, as the import said. Everything else must be equal. */
const differences: Record<string, (original: any) => unknown> = {
  // Each prompt of a config is a file of its own.
  'promptfoo/translate.yaml': (config) => ({ ...config, prompts: [config.prompts[0]] }),
  // Chat messages come back as JSON.
  'promptfoo/complaints.yaml': (config) => ({ ...config, prompts: ['file://complaints-prompt.json'] }),
  // A table comes back as inline tests.
  'promptfoo/table.yaml': (config) => ({
    ...config,
    tests: [
      {
        description: 'A greeting',
        vars: { language: 'French', body: 'Good "day"' },
        assert: [{ type: 'icontains', value: 'bonjour' }],
      },
      { vars: { language: 'French', body: 'I am tired' }, assert: [{ type: 'equals', value: 'fatigué' }] },
      { vars: { language: 'Pirate', body: 'Hello' }, assert: [{ type: 'not-contains', value: 'hello' }] },
    ],
  }),
  // The role "developer" is now "system".
  'github-prompt/book.prompt.yml': (file) => ({
    ...file,
    messages: [{ ...file.messages[0], role: 'system' }, file.messages[1]],
  }),
  // Strings of numbers, and the white space that a tag took with it.
  'prompty/sampled.prompty': ({ head, body }) => ({
    head,
    body: body.replace('{%- if hints %}', '{% if hints %}').replace('JSON.\n{%', 'JSON.{%'),
  }),
}

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, item]) => [key, sorted(item)]),
        )
      : value

describe('export(import(x)) equals x up to the losses', () => {
  const readable = all.filter(({ fixture }) => fixture !== 'refused.prompt')

  test.each(readable)('$format: $fixture', ({ format, fixture }) => {
    const path = `${format}/${fixture}`
    const done = imported(format, path)
    if (!done.ok) throw new Error(JSON.stringify(done.findings))
    const out = exported(format, done)
    expect(out.losses).toEqual([])
    const original = meaning(path, textOf(path))
    const expected = differences[path]?.(original) ?? original
    expect(sorted(meaning(path, out.files[0]!.text))).toEqual(sorted(expected))
  })

  test.each(readable)('once more gives the same: $format $fixture', ({ format, fixture }) => {
    const done = imported(format, `${format}/${fixture}`)
    if (!done.ok) throw new Error(JSON.stringify(done.findings))
    const out = exported(format, done)
    const beside = new Map(out.files.map((file) => [`again/${file.path}`, file.text]))
    const again = formatOf(format).import(`again/${fixture}`, out.files[0]!.text, {
      ...today,
      readFile: (path) => beside.get(path),
    })
    if (!again.ok) throw new Error(JSON.stringify(again.findings))
    expect(meaning(fixture, exported(format, again).files[0]!.text)).toEqual(meaning(fixture, out.files[0]!.text))
  })
})

test('a golden set never names a scorer that does not exist', () => {
  const known = new Set(scorers.map(({ id }) => id))
  for (const id of today.scorers) expect(known).toContain(id)
  for (const { format, fixture } of all) {
    const done = imported(format, `${format}/${fixture}`, { scorers: ['exact'] })
    if (!done.ok || !done.golden) continue
    const { set } = parseGoldenSet(done.golden.path, done.golden.text, { name: 'x', readFile: () => 'text' })
    for (const one of set!.cases) {
      for (const { scorer } of one.assertions) expect(['exact', 'same-as-base']).toContain(scorer)
    }
  }
})

test('each file looks like its own format, and like no other', () => {
  for (const { format, fixture } of all) {
    const path = format === 'promptfoo' ? `${format}/promptfooconfig.yaml` : `${format}/${fixture}`
    expect(
      formatsOf(path, textOf(`${format}/${fixture}`)).map(({ id }) => id),
      fixture,
    ).toEqual([format])
  }
  expect(formatOf('prompty').title(textOf('prompty/outdoor-shop.prompty'))).toBe('prompty v1')
  expect(formatOf('prompty').title(textOf('prompty/help-desk.prompty'))).toBe('prompty v2')
})
