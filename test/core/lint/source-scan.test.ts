import fc from 'fast-check'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isLinear } from '../../linear.ts'
import { builtinCatalog } from '../../../core/src/catalog/catalog.ts'
import type { Finding } from '../../../core/src/findings.ts'
import { lintSource } from '../../../core/src/lint/lint-source.ts'
import { codeHardcodedPrompt, wordsIn } from '../../../core/src/lint/rules/code/hardcoded-prompt.ts'
import { codeUnpinnedModel } from '../../../core/src/lint/rules/code/unpinned-model.ts'
import { isSourcePath, scanSource } from '../../../core/src/lint/source-scan.ts'
import { defaultConfig } from '../../../core/src/registry/config.ts'
import { scanCode } from '../../../core/src/node/code-scan.ts'
import { applyEdits } from '../../../core/src/text/edit.ts'
import type { Tree } from '../../../core/src/text/tree.ts'

const root = new URL('../../fixtures/', import.meta.url).pathname
const fixtures = ['lint/code', 'source']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  )
  .filter(isSourcePath)
  .toSorted()

const o = {
  rules: [codeUnpinnedModel, codeHardcodedPrompt],
  catalog: builtinCatalog,
  config: defaultConfig,
  today: '2026-11-23',
}
const lint = (path: string, text: string): Finding[] => lintSource(path, text, o)
const said = (text: string, path = 'a.py'): string[] =>
  lint(path, text).map(({ line, column, rule }) => `${line}:${column} ${rule}`)

test.each(fixtures)('%s', async (fixture) => {
  const file = join(root, fixture)
  const text = readFileSync(file, 'utf8')
  const name = fixture.split('/').at(-1)!
  const findings = lint(name, text)
  const out = findings
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .map(({ line, column, severity, rule, message }) => `${name}:${line}:${column}  ${severity}  ${rule}  ${message}\n`)
  const expected = file.replace(/\.\w+$/, '.out')
  if (out.length === 0) expect(existsSync(expected), 'findings were expected').toBe(false)
  else await expect(out.join('')).toMatchFileSnapshot(expected)
  for (const { span, fixes = [], rule } of findings.filter(({ severity }) => severity !== 'info')) {
    // The place is the literal, from its prefix to its last quote.
    expect(text.slice(span.start, span.end)).toMatch(/^[a-z]{0,2}["'`][\s\S]*["'`]$/i)
    for (const fix of fixes) {
      expect(fix.safe).toBe(false)
      const fixed = applyEdits(text, fix.edits)
      expect(fixed.length - text.length).toBe(
        fix.edits[0]!.text.length - (fix.edits[0]!.span.end - fix.edits[0]!.span.start),
      )
      expect(lint(name, fixed).filter((each) => each.rule === rule)).toHaveLength(
        findings.filter((each) => each.rule === rule).length - 1,
      )
    }
  }
})

describe('models in code', () => {
  test.each([
    ['model="gpt-4o"', 1],
    ['model = b"gpt-4o"', 1],
    ['x = Foo(1, model = """gpt-4o""")', 1],
    ['model: Annotated[str, Field(max_length=3)] = "gpt-4o"', 0],
    ['model: Optional[str] = "gpt-4o"', 1],
    ['model = cfg.get("model", "gpt-4o")', 0],
    ['model_name = os.environ.get("NAME", "gpt-4o")', 1],
    ['n = os.environ.get("NAME", "gpt-4o")', 0],
    ['my_model = "gpt-4o"', 0],
    ['model = f"gpt-4o"', 1],
    ['model = f"gpt-{n}"', 0],
    ['model = "gpt-4o" "-mini"', 1],
    ['model = "gpt-4o"\n"-mini"', 1],
    ['model="azure/contracts-prod"', 0],
    ['model="deepseek-chat"', 1],
    ['engine="command"', 1],
    ['model="commander"', 0],
    ['model="gpt-4o says hi"', 0],
  ])('%s', (text, count) => {
    expect(said(text)).toHaveLength(count)
  })

  test('a deployment gets no new name, and a joined literal is not replaced in part', () => {
    expect(lint('a.py', 'deployment_name="gpt-4o"')[0]?.fixes).toEqual([])
    expect(lint('a.py', 'model="gpt-4o" "-mini"')[0]?.fixes).toEqual([])
    expect(lint('a.py', 'model="gpt-4o"')[0]?.fixes?.map(({ title }) => title)).toEqual([
      'Pin to gpt-4o-2024-08-06',
      'Pin to gpt-4o-2024-11-20',
    ])
  })

  test('a pin that is shut down is not offered', () => {
    expect(lint('a.py', 'model="claude-3-5-sonnet-latest"')[0]?.fixes).toEqual([])
  })
})

test('words are counted in any script, holes are none', () => {
  expect(wordsIn("Don't guess {what} it says, ${name}.")).toBe(4)
  expect(wordsIn('契約書を読んで')).toBeGreaterThan(3)
})

describe('the lexers', () => {
  const signs = '" \' ` """ \\ { } ${ ( ) [ ] / // /* */ # f" rb\' = model prompt : , gpt-4o . + role ? | 😀 0'.split(
    ' ',
  )
  const alphabet = fc.constantFrom(' ', '\n', '\r\n', '\ud800', '\u0000', ...signs)
  test.each(['a.py', 'a.ts', 'a.jsx'])('never throw, and stay inside the text: %s', (path) => {
    const check = (text: string) => {
      for (const { span, inner } of scanSource(path, text).literals) {
        expect(0 <= span.start && span.start <= inner.start && inner.end <= span.end && span.end <= text.length).toBe(
          true,
        )
      }
      lint(path, text)
    }
    fc.assert(
      fc.property(
        fc.array(alphabet, { maxLength: 60 }).map((parts) => parts.join('')),
        check,
      ),
      { numRuns: 3_000 },
    )
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), { numRuns: 1_000 })
  })

  test('are linear in the text', () => {
    const units = [
      '"a" + ',
      'f\'{x["',
      '`${`',
      '/[',
      '(((',
      'model = "gpt-4o"\n',
      "'\\''",
      'a.b.c.',
      '{role: "',
      '"" ',
      '??"',
      '# x\n',
      'a: b: ',
    ]
    for (const path of ['a.py', 'a.ts']) {
      for (const unit of units) {
        const [half, whole] = [unit.repeat(8_000), unit.repeat(16_000)]
        expect(
          isLinear(
            () => lint(path, half),
            () => lint(path, whole),
          ),
          `${path} ${unit}`,
        ).toBe(true)
      }
    }
  })

  test('the last word before an apostrophe decides in JSX', () => {
    expect(said(`const a = <p>It's {x}</p>\nconst model = "gpt-4o"`, 'a.tsx')).toEqual(['2:15 code/unpinned-model'])
    expect(said(`function f() { return'x' }\nconst model = "gpt-4o"`, 'a.js')).toEqual(['2:15 code/unpinned-model'])
  })
})

test('a scan keeps to its folders, leaves out what assay.yaml excludes, and reads no large file', async () => {
  const files = ['src/a.py', 'src/deep/b.ts', 'src/deep/b.test.ts', 'lib/c.js', 'src/readme.md', 'src/huge.py']
  const tree: Tree = {
    list: async () =>
      files.map((path) => ({ path, id: null, size: path === 'src/huge.py' ? 2_000_000 : 20, kind: 'file' as const })),
    read: async (paths) => new Map(paths.map((path) => [path, new TextEncoder().encode('model = "gpt-4o"')])),
  }
  const scan = async (folders: string[]) =>
    (await scanCode(tree, defaultConfig, builtinCatalog, { folders, today: '2026-11-23' })).findings.map(
      ({ path }) => path,
    )
  expect(await scan(['src'])).toEqual(['src/a.py', 'src/deep/b.ts'])
  expect(await scan(['src/**/*.ts', 'lib/'])).toEqual(['lib/c.js', 'src/deep/b.ts'])
  expect(await scan([])).toEqual([])
})
