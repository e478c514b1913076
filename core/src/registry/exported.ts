import { canonicalJson } from '../text/canonical-json.ts'
import { sha256Hex } from '../text/sha256.ts'
import type { Sha256 } from '../text/sha256.ts'
import type { PromptFile } from './prompt-file.ts'
import { duplicateNames } from './registry.ts'
import { templateProblems } from './template.ts'

/** One version of a prompt inside a file that `export python` wrote. */
export type Exported = { name: string; version: string; hash: Sha256 }

/** What the head of an exported module says; `selection: null` means all prompts. */
export type ExportHead = { hash: Sha256; selection: string[] | null; prompts: Exported[] }

const byName = (a: Exported, b: Exported): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : major(a) - major(b))
const major = ({ version }: { version: string }): number => Number(/^\d+/.exec(version)?.[0] ?? 0)

/** What is exported, in the order of the module: by name, then by version (a name has one file a major). */
export const exportedOf = (prompts: readonly PromptFile[]): Exported[] =>
  prompts.map(({ name, version, canonicalHash }) => ({ name, version, hash: canonicalHash })).toSorted(byName)

/** SHA-256 of the exported prompts: it changes when any of them would render or be asked otherwise. */
export const exportHash = (exported: readonly Exported[]): Sha256 => sha256Hex(canonicalJson([...exported]))

/** The prompts that may be shipped, and those that may not with the reason. */
export function exportable(prompts: readonly PromptFile[]): {
  prompts: PromptFile[]
  left: { name: string; why: string }[]
} {
  const doubled = new Map(duplicateNames(prompts).map(({ prompt, first }) => [prompt.path, first.path]))
  const clashing = new Set([...doubled].flat())
  const left: { name: string; why: string }[] = []
  const kept = prompts.filter((prompt) => {
    const problem = prompt.messages.flatMap(({ template }) => templateProblems(template, prompt.templateFormat))[0]
    const why = clashing.has(prompt.path)
      ? `name and major clash with ${doubled.get(prompt.path) ?? [...doubled].find(([, first]) => first === prompt.path)![0]}`
      : prompt.status === 'draft' || prompt.status === 'archived'
        ? `status: ${prompt.status}`
        : problem?.message
    if (why !== undefined) left.push({ name: `${prompt.name} ${prompt.version}`, why })
    return why === undefined
  })
  return { prompts: kept, left }
}

/** The first lines of an exported module, as comments that a reviewer can read. */
export function exportHeadLines(exported: readonly Exported[], selection: readonly string[] | null): string[] {
  return [
    `# registry ${exportHash(exported)}`,
    `# selection ${selection === null ? 'all' : selection.toSorted().join(' ')}`,
    ...exported.map(({ name, version, hash }) => `# prompt ${name} ${version} ${hash}`),
  ]
}

/** Reads the head of an exported module; null when the file is none. */
export function readExportHead(text: string): ExportHead | null {
  const lines = text.split(/\r?\n/, 10_000)
  const end = lines.findIndex((line) => !line.startsWith('#'))
  const head = lines.slice(0, end === -1 ? lines.length : end)
  const hash = head.map((line) => /^# registry ([0-9a-f]{64})$/.exec(line)?.[1]).find(Boolean)
  if (hash === undefined) return null
  const selection = head.map((line) => /^# selection (.+)$/.exec(line)?.[1]).find(Boolean) ?? 'all'
  const prompts = head.flatMap((line): Exported[] => {
    const [, name, version, own] = /^# prompt (\S+) (\S+) ([0-9a-f]{64})$/.exec(line) ?? []
    return name === undefined ? [] : [{ name, version: version!, hash: own! }]
  })
  return { hash, selection: selection === 'all' ? null : selection.split(' '), prompts }
}
