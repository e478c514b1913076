import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { buildExtension } from '../../../extension/esbuild.mjs'
import { root } from '../vscode/paths.ts'

const folder = join(root, 'extension')
const text = (path: string): string => readFileSync(join(folder, path), 'utf8')
const manifest = JSON.parse(text('package.json'))
const nls: Record<string, string> = JSON.parse(text('package.nls.json'))
const sources = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
)
const source = sources.map((name) => text(join('src', name))).join('\n')

const commands: string[] = manifest.contributes.commands.map(({ command }: { command: string }) => command)
const settings = Object.keys(manifest.contributes.configuration.properties)

describe('the manifest', () => {
  test.each(commands)('%s is registered and has a palette rule', (id) => {
    expect(source).toMatch(new RegExp(`(registerCommand|command)\\('${id}'`))
    const rules: { command: string }[] = manifest.contributes.menus.commandPalette
    expect(rules.map(({ command }) => command)).toContain(id)
  })

  test('no command is registered that the manifest does not name', () => {
    const registered = [...source.matchAll(/(?:registerCommand|command)\('(assay\.\w+)'/g)].map((match) => match[1])
    expect(registered.toSorted()).toEqual(commands.toSorted())
  })

  test.each(settings)('%s is read', (id) => {
    expect(source).toContain(`'${id.slice('assay.'.length)}'`)
  })

  test('every text has its words, and no words are left over', () => {
    const used = [...text('package.json').matchAll(/%([\w.]+)%/g)].map((match) => match[1]!)
    expect([...new Set(used)].toSorted()).toEqual(Object.keys(nls).toSorted())
  })

  test('every context key in a rule is set', () => {
    const whens = [...text('package.json').matchAll(/"(?:when|enablement)": "([^"]+)"/g)]
      .map((match) => match[1]!)
      .join(' ')
    const keys = new Set(whens.match(/assay\.\w+/g))
    for (const key of keys) expect(source).toContain(`set('${key}'`)
  })

  test('the README names every command and setting', () => {
    for (const { command, title } of manifest.contributes.commands)
      expect(text('README.md'), command).toContain(`Assay: ${nls[title.replaceAll('%', '')]}`)
    for (const id of settings) expect(text('README.md')).toContain(`\`${id}\``)
  })

  test('only extension.ts imports the editor as a value', () => {
    for (const name of sources.filter((each) => each !== 'extension.ts'))
      expect(text(join('src', name)), name).not.toMatch(/^import (?!type)[^\n]*from 'vscode'$/m)
  })
})

test('both bundles hold no client of a model provider and stay small; that of the browser needs no Node', async () => {
  const { sizes, meta } = await buildExtension()
  const inputs = Object.keys(meta.inputs).join('\n')
  expect(inputs).not.toMatch(/node_modules\/(openai|@pydantic)\//)
  expect(inputs).toMatch(/core\/src\/index\.ts/)
  expect(text('dist/web.js')).not.toMatch(/require\("(?:node:|fs|path|crypto|os)"?/)
  // 300 kB of it compile the schemas of answers (ajv, re2js), 210 kB read YAML and check shapes (yaml, zod).
  for (const size of Object.values(sizes)) expect(size).toBeLessThan(900_000)
})
