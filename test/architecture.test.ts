import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = new URL('..', import.meta.url).pathname
const source = join(root, 'core/src')

/** A folder of core/src may import itself and what its row names. */
const mayImport: Record<string, string[]> = {
  text: ['errors'],
  stats: [],
  errors: [],
  findings: ['text'],
  registry: ['text', 'errors', 'findings'],
  catalog: ['text', 'errors', 'findings', 'registry'],
  diff: ['text', 'registry'],
  changelog: ['text', 'findings', 'registry', 'diff'],
  // stats: eval/too-few says which drop a small golden set could show.
  lint: ['text', 'errors', 'findings', 'registry', 'catalog', 'diff', 'changelog', 'stats'],
  tape: ['text', 'errors', 'findings', 'registry'],
  eval: ['text', 'errors', 'findings', 'registry', 'catalog', 'tape', 'stats'],
  // diff: the type of the change that a verdict carries.
  gate: ['text', 'errors', 'findings', 'registry', 'diff', 'tape', 'eval', 'stats'],
  formats: ['text', 'errors', 'findings', 'registry'],
  report: ['text', 'findings', 'registry', 'diff', 'eval', 'stats', 'gate'],
}

/** A package of the pure part is a row here, with its reason in the commit that adds it. */
const mayUsePackage: Record<string, string[]> = {
  text: ['canonicalize', '@noble/hashes'],
  registry: ['yaml', 'zod', 'ajv', 'ajv-formats', 're2js', 'csv-parse'],
  diff: ['diff'],
  changelog: ['semver'],
  catalog: ['tokenx', 'gpt-tokenizer', '@pydantic/genai-prices'],
  eval: ['openai'],
  gate: ['semver'],
  formats: ['yaml', 'csv-parse'],
  cli: ['commander'],
}

/** Packages that only `await import()` may load, so that a lint run never pays for them. */
const lazyPackages = ['openai', 'gpt-tokenizer', '@pydantic/genai-prices']

type Import = { from: string; to: string; isTypeOnly: boolean; isDynamic: boolean }

const importLine =
  /^\s*(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm

/** Every import of a source text. */
export function importsOf(text: string): Omit<Import, 'from'>[] {
  return [...text.matchAll(importLine)].map((match) => ({
    to: (match[2] ?? match[3])!,
    isTypeOnly: match[1] !== undefined,
    isDynamic: match[3] !== undefined,
  }))
}

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))

const topicOf = (path: string): string => {
  const [first = ''] = relative(source, path).split('/')
  return first.replace(/\.ts$/, '')
}

/** Edges between topics that the table does not allow, and packages that it does not name. */
export function violations(file: string, text: string): string[] {
  const topic = topicOf(file)
  const isNode = topic === 'node' || topic === 'cli'
  return importsOf(text).flatMap(({ to, isTypeOnly, isDynamic }) => {
    if (to.startsWith('.')) {
      const target = topicOf(join(dirname(file), to))
      if (target === topic || topic === 'index' || topic === 'cli') return []
      if (topic === 'node') return target === 'cli' ? [`${topic} → ${target}`] : []
      return mayImport[topic]?.includes(target) ? [] : [`${topic} → ${target}`]
    }
    if (to.startsWith('node:')) return isNode ? [] : [`${topic} → ${to}`]
    const name = to.startsWith('@') ? to.split('/').slice(0, 2).join('/') : to.split('/')[0]!
    if (!mayUsePackage[topic]?.includes(name)) return [`${topic} → package ${name}`]
    return lazyPackages.includes(name) && !isDynamic && !isTypeOnly
      ? [`${topic} → package ${name}, not by await import()`]
      : []
  })
}

describe('the arrows of core/src', () => {
  test.each(files(source).map((file) => [relative(source, file), file] as const))('%s', (_, file) => {
    expect(violations(file, readFileSync(file, 'utf8'))).toEqual([])
  })

  test('a planted import of eval by lint is found', () => {
    const planted = join(source, 'lint/rules/model/unpinned.ts')
    expect(violations(planted, `import { run } from '../../../eval/run.ts'\n`)).toEqual(['lint → eval'])
  })

  test('a planted node:fs and an eager openai are found', () => {
    expect(violations(join(source, 'eval/run.ts'), `import { readFile } from 'node:fs'\n`)).toEqual(['eval → node:fs'])
    expect(violations(join(source, 'eval/run.ts'), `import { OpenAI } from 'openai'\n`)).toHaveLength(1)
  })

  test('a rule imports no rule, a scorer no scorer, a reporter of one format no other', () => {
    const kinds = { 'lint/rules': /lint\/rules\/\w+\//, 'eval/scorers': /eval\/scorers\/(?!scorer|normalise)/ }
    for (const [folder, kind] of Object.entries(kinds)) {
      for (const file of files(join(source, folder)).filter((path) => !path.endsWith('index.ts'))) {
        const targets = importsOf(readFileSync(file, 'utf8'))
          .filter(({ to }) => to.startsWith('.'))
          .map(({ to }) => relative(source, join(dirname(file), to)))
        expect(
          targets.filter((target) => kind.test(target)),
          file,
        ).toEqual([])
      }
    }
  })
})

describe('the shells', () => {
  test.each(['action', 'extension'])('%s imports core by its package name only', (shell) => {
    for (const file of files(join(root, shell, 'src'))) {
      const bad = importsOf(readFileSync(file, 'utf8')).filter(({ to }) =>
        /core\/src|\.\.\/\.\.\/(core|action|extension)/.test(to),
      )
      expect(bad, file).toEqual([])
    }
  })
})

test('zod is imported as a namespace: the other form bundles every locale', () => {
  for (const file of files(source))
    expect(readFileSync(file, 'utf8'), file).not.toMatch(/import\s*\{[^}]*\bz\b[^}]*\}\s*from 'zod'/)
})
