import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeFinding } from '../../../core/src/findings.ts'
import type { Finding, FindingParts } from '../../../core/src/findings.ts'
import { rules } from '../../../core/src/lint/rules/index.ts'
import { findingsAnnotations } from '../../../core/src/report/annotations.ts'
import { findingsMarkdown } from '../../../core/src/report/findings-markdown.ts'
import { findingsText } from '../../../core/src/report/findings-text.ts'
import { findingsJunit } from '../../../core/src/report/junit.ts'
import { findingsSarif } from '../../../core/src/report/sarif.ts'
import { applyEdits } from '../../../core/src/text/edit.ts'
import { lineIndex } from '../../../core/src/text/span.ts'
import { isFixture, readFixture } from '../lint/fixture.ts'
import { sarifSubset } from './sarif-subset.ts'

const metas = rules.map(({ meta }) => meta)
const text = 'version: "1.0.0"\r\nmodel: gpt-4o\r\nsystem: "x"\r\n'
const path = 'prompts/v1/über den [Wolken].yaml'
const texts = new Map([[path, text]])
const at = text.indexOf('gpt-4o')
const finding = (parts: Partial<FindingParts> = {}): Finding =>
  makeFinding(
    {
      rule: 'model/unpinned',
      severity: 'error',
      message: '"gpt-4o" is an alias.',
      path,
      span: { start: at, end: at + 6 },
      ...parts,
    },
    lineIndex(text),
  )
const fixed = finding({
  fixes: [{ title: 'Pin', safe: true, edits: [{ span: { start: at, end: at + 6 }, text: 'gpt-4o-2024-08-06' }] }],
})
const many = (count: number, severity: Finding['severity'] = 'error'): Finding[] =>
  Array.from({ length: count }, (_, n) => finding({ severity, message: `Finding ${n}.` }))

/** All findings of all fixtures, which are as hostile as the rules need them. */
const fixtureRoot = new URL('../../fixtures/lint/', import.meta.url).pathname
const all = readdirSync(fixtureRoot, { recursive: true, encoding: 'utf8' })
  .filter(isFixture)
  .map((name) => readFixture(join(fixtureRoot, name)))
const allTexts = new Map(all.map((fixture) => [fixture.path, fixture.text]))
const allFindings = all.flatMap((fixture) => fixture.lint(fixture.text))

describe('SARIF', () => {
  const log = (findings: readonly Finding[], o: object = {}) =>
    JSON.parse(findingsSarif(findings, { rules: metas, texts, ...o }))

  test('keeps the parts of the standard that it uses', () => {
    const ajv = new Ajv2020({ allErrors: true })
    addFormats.default(ajv)
    const check = ajv.compile(sarifSubset)
    for (const each of [log([]), log(many(300)), log(allFindings, { texts: allTexts })]) {
      expect(check(each), JSON.stringify(check.errors?.slice(0, 3))).toBe(true)
    }
  })

  // The standard's own schema comes with this package; it is checked wherever the package is installed.
  const published = new URL(
    '../../../node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
    import.meta.url,
  )
  test.skipIf(!existsSync(published))('is valid against the published schema', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
    addFormats.default(ajv)
    const { $schema: _draft04, id: _id, ...schema } = JSON.parse(readFileSync(published, 'utf8'))
    const check = ajv.compile(schema)
    for (const each of [log([]), log(many(300)), log(allFindings, { texts: allTexts })]) {
      expect(check(each), JSON.stringify(check.errors?.slice(0, 3))).toBe(true)
    }
  })

  test('names rules with their pages, places from 1, files as relative URIs', () => {
    const [run] = log([fixed]).runs
    const [result] = run.results
    expect(run.tool.driver.rules[result.ruleIndex]).toMatchObject({
      id: 'model/unpinned',
      helpUri: expect.stringMatching(/rules\.md#model-unpinned$/),
      defaultConfiguration: { level: 'error' },
    })
    expect(result).toMatchObject({ ruleId: 'model/unpinned', level: 'error' })
    expect(result.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'prompts/v1/%C3%BCber%20den%20%5BWolken%5D.yaml' },
      region: { startLine: 2, startColumn: 8, endLine: 2, endColumn: 14 },
    })
  })

  test('a fix is a change of the file, and carried out gives what lint writes', () => {
    const [change] = log([fixed]).runs[0].results[0].fixes[0].artifactChanges
    const [{ deletedRegion: region, insertedContent: content }] = change.replacements
    const lines = text.split('\n')
    const offset = (line: number, column: number) =>
      lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0) + column - 1
    const span = { start: offset(region.startLine, region.startColumn), end: offset(region.endLine, region.endColumn) }
    expect(applyEdits(text, [{ span, text: content.text }])).toBe(applyEdits(text, fixed.fixes![0]!.edits))
  })

  test('a fix that only writes other files is left out', () => {
    const other = finding({ fixes: [{ title: 'New', safe: false, edits: [], files: [{ path: 'x', text: '' }] }] })
    expect(log([other]).runs[0].results[0].fixes).toBeUndefined()
  })

  test('a fingerprint survives a moved line, tells doubles apart, and never hashes a secret', () => {
    const print = (findings: Finding[], source = text): string[] =>
      log(findings, { texts: new Map([[path, source]]) }).runs[0].results.map(
        (result: { partialFingerprints: Record<string, string> }) => Object.values(result.partialFingerprints)[0],
      )
    const moved = { ...fixed, line: 3, end_line: 3 }
    expect(print([moved], `# new\r\n${text}`)).toEqual(print([fixed]))
    expect(new Set(print([fixed, fixed])).size).toBe(2)
    const secret = finding({ rule: 'security/secret', message: 'This looks like a key.' })
    expect(print([secret])).toEqual(print([secret], text.replace('gpt-4o', 'sk-000')))
  })

  test('rules of a project are named, and what is left out is said', () => {
    const [run] = log([...many(201), finding({ rule: 'house/polite' })], { perFile: 200 }).runs
    expect(run.results).toHaveLength(200)
    expect(run.invocations[0].toolExecutionNotifications[0].message.text).toContain('2 more findings')
    expect(run.tool.driver.rules.at(-1).id).toBe('house/polite')
  })
})

describe('GitHub annotations', () => {
  test('a command a finding, with what breaks commands escaped', () => {
    const hostile = finding({ message: '50% of\n"::error::x", a: b', path: 'a,b:c.yaml' })
    expect(findingsAnnotations([hostile]).split('\n')[0]).toBe(
      '::error file=a%2Cb%3Ac.yaml,line=2,endLine=2,col=8,endColumn=14,title=model/unpinned::50%25 of⏎"::error::x", a: b',
    )
  })

  test('columns are left out over several lines', () => {
    const long = findingsAnnotations([finding({ span: { start: at, end: text.length } })])
    expect(long).toContain(',line=2,endLine=4,title=')
  })

  test('at most ten a level, the worst first, and how many more', () => {
    const lines = findingsAnnotations([...many(3, 'info'), ...many(12, 'warning'), ...many(11)])
      .trimEnd()
      .split('\n')
    const count = (start: string) => lines.filter((each) => each.startsWith(start)).length
    expect([count('::error '), count('::warning '), count('::notice ')]).toEqual([10, 10, 3])
    expect(lines[10]).toBe('and 1 more error')
    expect(lines[21]).toBe('and 2 more warnings')
    expect(lines.at(-1)).toBe('11 errors, 12 warnings, 3 notes')
  })
})

describe('JUnit', () => {
  test('errors fail, the rest passes, files without findings are there', () => {
    const xml = findingsJunit([fixed, finding({ severity: 'warning', rule: 'eval/missing' })], {
      paths: ['prompts/clean.yaml'],
    })
    expect(xml).toContain('<testsuites name="assay lint" tests="3" failures="1" errors="0">')
    expect(xml).toContain('<testcase classname="prompts/clean.yaml" name="no findings"/>')
    expect(xml.match(/<failure /g)).toHaveLength(1)
    expect(xml).toContain('<system-out>warning: ')
  })

  test('nothing in a message or a name leaves its element', () => {
    const xml = findingsJunit([finding({ message: ']]></failure><x a="1">&\u0000\u202e', path: 'a"b<c>.yaml' })])
    for (const each of ['<x ', '\u0000', '\u202e']) expect(xml).not.toContain(each)
    expect(xml.match(/<[a-z]+/g)).toEqual(['<testsuites', '<testsuite', '<testcase', '<failure'])
    for (const [, name] of xml.matchAll(/&([^;]*);/g)) expect(name).toMatch(/^#\d+$/)
  })
})

describe('Markdown', () => {
  test('a row a finding, whose rule links to its page', () => {
    expect(findingsMarkdown([fixed])).toMatch(
      /\| <code>.*(?::|&#58;)2:8<\/code> \| \*\*error\*\* \| \[model\/unpinned\]\(https:.*#model-unpinned\) \|/,
    )
    expect(findingsMarkdown([])).toBe('No findings.\n')
  })

  test('a message opens no cell, link or mention', () => {
    const [, , row] = findingsMarkdown([finding({ message: '| @team [x](y) <b>\n#1' })]).split('\n')
    expect(row!.match(/(?<!\\)\|/g)).toHaveLength(5)
    expect(row).not.toMatch(/@team|\[x\]|<b>/)
  })
})

describe('at most 200 findings of a file', () => {
  const words = '… 57 more in this file'
  test.each([
    ['text', (findings: Finding[]) => findingsText(findings, texts, { color: false })],
    ['markdown', (findings: Finding[]) => findingsMarkdown(findings)],
    ['junit', (findings: Finding[]) => findingsJunit(findings)],
  ])('%s says how many more there are', (_, render) => {
    expect(render(many(257))).toContain(words)
    expect(render(many(200))).not.toContain('more in this file')
  })

  test('the limit of assay.yaml holds', () => {
    expect(findingsText(many(5), texts, { color: false, perFile: 3 })).toContain('… 2 more in this file')
  })
})

test('a line that holds a secret is printed by no report', () => {
  const key = 'sk-proj-' + 'T3stK3yN0tReal'.repeat(3)
  const source = text.replace('gpt-4o', key)
  const secret = finding({
    rule: 'security/secret',
    span: { start: at, end: at + key.length },
    message: 'This looks like a key.',
  })
  const both = [secret, finding({ message: 'Another finding of that line.' })]
  const held = new Map([[path, source]])
  const reports = [
    findingsText(both, held, { color: false }),
    findingsSarif(both, { rules: metas, texts: held }),
    findingsJunit(both),
    findingsMarkdown(both),
    findingsAnnotations(both),
  ]
  for (const report of reports) expect(report).not.toContain(key.slice(8))
})
