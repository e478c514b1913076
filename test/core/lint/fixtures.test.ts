import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixText } from '../../../core/src/lint/fix.ts'
import { rules } from '../../../core/src/lint/rules/index.ts'
import { parsePrompt } from '../../../core/src/registry/parse.ts'
import { applyEdits } from '../../../core/src/text/edit.ts'
import { fixtureLine, isFixture, readFixture } from './fixture.ts'

// Each fixture is linted, fixed, linted again.
const root = new URL('../../fixtures/lint/', import.meta.url).pathname
const fixtures = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(isFixture).toSorted()

test.each(fixtures)('%s', async (name) => {
  const fixture = readFixture(join(root, name))
  const { file, path, text, lint } = fixture
  const stem = file.replace(/\.yaml$/, '')
  const findings = lint(text)
  const said = findings.map((finding) => `${fixtureLine(fixture, finding)}\n`).join('')
  await expect(said).toMatchFileSnapshot(`${stem}.out`)
  for (const { path: at, span } of findings) {
    expect(span.start).toBeLessThanOrEqual(span.end)
    if (at === path) expect(span.end).toBeLessThanOrEqual(text.length)
  }

  const fixed = fixText(path, text, lint)
  if (fixed.text === text) expect(existsSync(`${stem}.fixed`), 'a .fixed file without a fix').toBe(false)
  else await expect(fixed.text).toMatchFileSnapshot(`${stem}.fixed`)
  // Fixing twice equals fixing once; what is fixed, or would be, still parses.
  expect(fixText(path, fixed.text, lint).text).toBe(fixed.text)
  if (!parsePrompt(path, text).ok) return
  expect(parsePrompt(path, fixed.text).ok).toBe(true)
  for (const fix of findings.filter((finding) => finding.path === path).flatMap(({ fixes = [] }) => fixes)) {
    expect(parsePrompt(path, applyEdits(text, fix.edits)).ok, fix.title).toBe(true)
  }
})

test('every rule has a fixture in which it speaks', () => {
  for (const { meta } of rules) {
    const folder = join(root, meta.id)
    expect(existsSync(folder), meta.id).toBe(true)
    const outs = readdirSync(folder).filter((name) => name.endsWith('.out'))
    const spoken = outs.some((name) => readFileSync(join(folder, name), 'utf8').includes(`  ${meta.id}  `))
    expect(spoken, meta.id).toBe(true)
  }
})

test('rule ids are unique, and a rule that says it fixes has a fix in some fixture', () => {
  expect(new Set(rules.map(({ meta }) => meta.id)).size).toBe(rules.length)
  const fixing = new Set(
    fixtures.flatMap((name) => {
      const { text, lint } = readFixture(join(root, name))
      return lint(text).flatMap(({ rule, fixes = [] }) => (fixes.length > 0 ? [rule] : []))
    }),
  )
  // Rules on source code have fixtures in code: source-scan.test.ts fixes them.
  for (const { meta } of rules.filter((rule) => rule.meta.on !== 'source'))
    expect(fixing.has(meta.id), meta.id).toBe(meta.fixable)
})
