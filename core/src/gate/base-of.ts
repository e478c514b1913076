import semver from 'semver'
import type { PromptFile } from '../registry/prompt-file.ts'

/** Which version of base a prompt is compared with, and how it was found. */
export type BaseOf = { prompt: PromptFile; how: 'same' | 'other-major' | 'renamed' }

/**
 * The base of a prompt without a lock file (EVALS 3): the file of the same name and major at base; else the highest
 * version of that name; else the renamed file; else none.
 */
export function baseOf(
  head: PromptFile,
  basePrompts: readonly PromptFile[],
  renamedFrom: ReadonlyMap<string, string> = new Map(),
): BaseOf | null {
  const sameName = basePrompts.filter((prompt) => prompt.name === head.name)
  const major = (prompt: PromptFile) => semver.parse(prompt.version)?.major ?? null
  const same =
    sameName.find((prompt) => prompt.path === head.path && major(prompt) === major(head)) ??
    sameName.find((prompt) => major(prompt) === major(head))
  if (same) return { prompt: same, how: 'same' }
  const highest = sameName
    .filter((prompt) => semver.valid(prompt.version))
    .toSorted((a, b) => semver.rcompare(a.version, b.version))[0]
  if (highest) return { prompt: highest, how: 'other-major' }
  const oldPath = renamedFrom.get(head.path)
  const renamed = basePrompts.find((prompt) => prompt.path === oldPath)
  return renamed ? { prompt: renamed, how: 'renamed' } : null
}
