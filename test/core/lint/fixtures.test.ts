import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { builtinCatalog } from '../../../core/src/catalog/catalog.ts'
import type { Finding } from '../../../core/src/findings.ts'
import { fixText } from '../../../core/src/lint/fix.ts'
import { lintPrompts } from '../../../core/src/lint/lint.ts'
import type { LintSubject } from '../../../core/src/lint/lint.ts'
import { rules } from '../../../core/src/lint/rules/index.ts'
import { defaultConfig } from '../../../core/src/registry/config.ts'
import { parseGoldenSet } from '../../../core/src/registry/golden.ts'
import { parsePrompt } from '../../../core/src/registry/parse.ts'

// Each fixture is linted, fixed, linted again. Comments at its head set what stands around it:
// `# path:`, `# beside:` (a second file with the same text), `# today:`, `# base cases:`.
const root = new URL('../../fixtures/lint/', import.meta.url).pathname

const fixtures = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml') && !path.endsWith('.base.yaml'))
  .toSorted()

const golden = parseGoldenSet('prompts/golden/x.yaml', 'cases: [{ id: a }]', {
  name: 'x',
  readFile: () => undefined,
}).set

function lintFixture(id: string, path: string, text: string, base: string | null): Finding[] {
  const setting = (name: string): string | undefined => new RegExp(`^# ${name}: (.*)$`, 'm').exec(text)?.[1]?.trim()
  const cases = setting('base cases')
  const subject: LintSubject = {
    path: setting('path') ?? path,
    text,
    parsed: parsePrompt(setting('path') ?? path, text),
    golden: id.startsWith('eval/') ? null : golden,
    ...(cases === undefined ? {} : { baseGoldenCases: Number(cases) }),
  }
  if (base !== null) {
    const parsed = parsePrompt(path, base)
    subject.base = { prompt: parsed.ok ? parsed.prompt : null, label: 'main' }
  }
  const beside = setting('beside')
  const others = beside === undefined ? [] : [{ path: beside, text, parsed: parsePrompt(beside, text), golden }]
  return lintPrompts([...others, subject], {
    config: defaultConfig,
    catalog: builtinCatalog,
    today: setting('today') ?? '2026-11-23',
  }).filter((finding) => finding.path === subject.path)
}

const lineOf = (name: string, { line, column, severity, rule, message }: Finding): string =>
  `${name}:${line}:${column}  ${severity}  ${rule}  ${message}`

test.each(fixtures)('%s', async (fixture) => {
  const file = join(root, fixture)
  const stem = file.replace(/\.yaml$/, '')
  const name = fixture.split('/').at(-1)!
  const id = fixture.split('/').slice(0, 2).join('/')
  const text = readFileSync(file, 'utf8')
  const base = existsSync(`${stem}.base.yaml`) ? readFileSync(`${stem}.base.yaml`, 'utf8') : null
  const path = `prompts/${name}`
  const lintOnce = (current: string): Finding[] => lintFixture(id, path, current, base)

  const findings = lintOnce(text)
  await expect(findings.map((finding) => `${lineOf(name, finding)}\n`).join('')).toMatchFileSnapshot(`${stem}.out`)
  for (const finding of findings) {
    expect(finding.span.start).toBeLessThanOrEqual(finding.span.end)
    expect(finding.span.end).toBeLessThanOrEqual(text.length)
  }

  const subjectPath = findings[0]?.path ?? path
  const fixed = fixText(subjectPath, text, lintOnce)
  if (fixed.text === text) expect(existsSync(`${stem}.fixed`), 'a .fixed file without a fix').toBe(false)
  else await expect(fixed.text).toMatchFileSnapshot(`${stem}.fixed`)
  // Fixing twice equals fixing once, and what is fixed still parses.
  expect(fixText(subjectPath, fixed.text, lintOnce).text).toBe(fixed.text)
  if (parsePrompt(path, text).ok) expect(parsePrompt(path, fixed.text).ok).toBe(true)
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

test('rule ids are unique and fixable rules have a fix in some fixture', () => {
  const ids = rules.map(({ meta }) => meta.id)
  expect(new Set(ids).size).toBe(ids.length)
})
