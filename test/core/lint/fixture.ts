import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { builtinCatalog } from '../../../core/src/catalog/catalog.ts'
import type { Finding } from '../../../core/src/findings.ts'
import { lintPrompts } from '../../../core/src/lint/lint.ts'
import type { LintSubject, ModelFacts } from '../../../core/src/lint/lint.ts'
import { lintFiles } from '../../../core/src/lint/lint-files.ts'
import { defaultConfig } from '../../../core/src/registry/config.ts'
import { parseGoldenSet } from '../../../core/src/registry/golden.ts'
import { parsePrompt } from '../../../core/src/registry/parse.ts'

/**
 * A fixture: `x.yaml` with, beside it, `x.base.yaml` (the version it is compared with), `x.golden.yaml`, `.jsonl` or
 * `.csv`, and `x.exported.py` (an exported module).
 * Comments at its head set what else stands around it: `# path:`, `# beside:` (a second file with the same text),
 * `# today:`, `# base cases:`, `# no golden set`. `examples/` holds whole files as people write them, on 2026-11-23.
 */
export type Fixture = { file: string; path: string; text: string; lint(text: string): Finding[] }

export const isFixture = (path: string): boolean => /^[^.]+\.yaml$/.test(basename(path))

const aside = { name: 'x', readFile: () => undefined }

/** What the tests know of all models, so that no fixture depends on the table of the day. */
const facts: ModelFacts = {
  limits: () => ({ context: 128_000, maxOutput: 16_000 }),
  count: (text) => ({ tokens: Math.ceil(text.length / 4), exact: false }),
  // $2.50 in, $10 out for 1,000,000 tokens.
  priceOf: (_, { inputTokens, outputTokens }) => Math.ceil(inputTokens * 2.5 + outputTokens * 10),
}

/** As many cases as the golden gate asks for: most rules are not about cases. */
const enough = parseGoldenSet(
  'prompts/golden/x.yaml',
  `cases: [${Array.from({ length: 25 }, (_, n) => `{ id: c${n} }`).join(', ')}]`,
  aside,
).set

export function readFixture(file: string): Fixture {
  const text = readFileSync(file, 'utf8')
  const setting = (name: string): string | undefined => new RegExp(`^# ${name}: (.*)$`, 'm').exec(text)?.[1]?.trim()
  const stem = file.replace(/\.yaml$/, '')
  const path = setting('path') ?? `prompts/${basename(file)}`
  const base = existsSync(`${stem}.base.yaml`) ? parsePrompt(path, readFileSync(`${stem}.base.yaml`, 'utf8')) : null
  const goldenFile = ['yaml', 'jsonl', 'csv'].map((type) => `${stem}.golden.${type}`).find(existsSync)
  const cases = setting('base cases')
  const beside = setting('beside')

  function lint(current: string): Finding[] {
    const parsed = parsePrompt(path, current)
    const subject: LintSubject = {
      path,
      text: current,
      parsed,
      golden: /^# no golden set$/m.test(text) ? null : enough,
    }
    const found: Finding[] = []
    if (goldenFile) {
      const goldenPath = join('prompts/golden', basename(goldenFile))
      subject.goldenText = readFileSync(goldenFile, 'utf8')
      const golden = parseGoldenSet(goldenPath, subject.goldenText, {
        ...aside,
        ...(parsed.ok ? { inputs: parsed.prompt.inputs, outputSchema: parsed.prompt.outputSchema !== undefined } : {}),
      })
      subject.golden = golden.set
      found.push(...golden.findings)
      found.push(
        ...lintFiles([{ path: goldenPath, text: subject.goldenText, kind: 'golden' }], { config: defaultConfig }),
      )
    }
    if (cases !== undefined) subject.baseGoldenCases = Number(cases)
    if (base) subject.base = { prompt: base.ok ? base.prompt : null, label: 'main' }
    const others = beside === undefined ? [] : [{ ...subject, path: beside, parsed: parsePrompt(beside, current) }]
    const own = lintPrompts([...others, subject], {
      config: defaultConfig,
      catalog: builtinCatalog,
      today: setting('today') ?? '2026-11-23',
      facts,
      configFile: { path: 'assay.yaml', text: null },
      ...(existsSync(`${stem}.exported.py`)
        ? { exports: [{ path: 'assay_prompts.py', text: readFileSync(`${stem}.exported.py`, 'utf8') }] }
        : {}),
    }).filter((finding) => finding.path !== beside)
    return [...own, ...found]
  }
  return { file, path, text, lint }
}

/** `alias.yaml:2:8  error  model/unpinned  "gpt-4o" is an alias: …`, by the name of the file beside the fixture. */
export const fixtureLine = (fixture: Fixture, { path, line, column, severity, rule, message }: Finding): string =>
  `${path === fixture.path ? basename(fixture.file) : basename(path)}:${line}:${column}  ${severity}  ${rule}  ${message}`

/** The rule that a fixture is about: its folder. */
export const ruleOf = (file: string): string => dirname(file).split('/').slice(-2).join('/')
