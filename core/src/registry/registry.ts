import { makeFinding } from '../findings.ts'
import type { Finding } from '../findings.ts'
import { lineIndex } from '../text/span.ts'
import type { Config } from './config.ts'
import { matchesGlob } from './glob.ts'
import { parsePrompt } from './parse.ts'
import type { ParseOptions } from './parse.ts'
import { folder, resolvePath } from './paths.ts'
import type { ParsedPrompt, PromptFile } from './prompt-file.ts'

/** All prompts of a project. */
export type Registry = {
  /** Sorted by path. */
  prompts: PromptFile[]
  texts: ReadonlyMap<string, string>
  parsed: ReadonlyMap<string, ParsedPrompt>
  findings: Finding[]
}

const besidePrompts = ['golden/', 'tapes/', 'schemas/', 'rubrics/', 'canary/', 'accepted.yaml', 'accepted.yml']
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** True for a file that is read as a prompt: YAML below a prompts folder, but none of the folders that hold other things. */
export function isPromptPath(path: string, config: Config): boolean {
  if (!/\.ya?ml$/.test(path) || config.exclude.some((pattern) => matchesGlob(path, pattern))) return false
  if ([config.golden, config.tapes].some((other) => path.startsWith(folder(other)))) return false
  return config.prompts.some((entry) => {
    if (isGlob(entry)) return matchesGlob(path, entry) && !besidePrompts.some((name) => path.includes(`/${name}`))
    const root = folder(entry)
    return path.startsWith(root) && !besidePrompts.some((name) => path.slice(root.length).startsWith(name))
  })
}

const isGlob = (entry: string): boolean => /[*?{]/.test(entry)

/** The prompts folder that a path counts from, for its default name and its version folder. */
export function promptsFolderOf(path: string, config: Config): string {
  const roots = config.prompts.map((entry) =>
    folder(isGlob(entry) ? entry.slice(0, entry.search(/[*?{]/)).replace(/[^/]*$/, '') : entry),
  )
  return roots.filter((root) => path.startsWith(root)).toSorted((a, b) => b.length - a.length)[0] ?? 'prompts/'
}

/** Where the golden set of a prompt may be, best first; `full` for gate 3. */
export function goldenPathsOf(prompt: PromptFile, config: Config, gate: 'golden' | 'full' = 'golden'): string[] {
  const named = gate === 'full' ? prompt.evals.full : prompt.evals.golden
  if (named !== undefined) {
    const path = resolvePath(prompt.path, named)
    return path === null ? [] : [path]
  }
  const stem = `${folder(config.golden)}${prompt.name}${gate === 'full' ? '.full' : ''}`
  return ['.yaml', '.yml', '.jsonl', '.csv'].map((extension) => stem + extension)
}

/** The tape of a prompt. */
export const tapePathOf = (name: string, config: Config): string => `${folder(config.tapes)}${name}.jsonl`

/** How a prompt file at a path is parsed under a config. */
export const parseOptionsOf = (path: string, config: Config, readFile?: ParseOptions['readFile']): ParseOptions => ({
  promptsFolder: promptsFolderOf(path, config),
  provider: config.defaults.provider,
  knownProviders: Object.keys(config.providers),
  maxBytes: config.lint.max_file_bytes,
  ...(readFile ? { readFile } : {}),
})

/**
 * Parses all prompt files. A broken file is its findings; two files with one name and major are reported at the later path.
 */
export function loadRegistry(
  files: ReadonlyMap<string, string>,
  config: Config,
  o: { readFile?: ParseOptions['readFile'] } = {},
): Registry {
  const parsed = new Map<string, ParsedPrompt>()
  const prompts: PromptFile[] = []
  const findings: Finding[] = []
  for (const [path, text] of [...files].toSorted(([a], [b]) => compareText(a, b))) {
    const result = parsePrompt(path, text, parseOptionsOf(path, config, o.readFile))
    parsed.set(path, result)
    findings.push(...result.findings)
    if (result.ok) prompts.push(result.prompt)
  }
  for (const { prompt, first, message } of duplicateNames(prompts)) {
    const span = prompt.spans['/name'] ?? prompt.spans['/version']!
    const lines = lineIndex(files.get(prompt.path) ?? '')
    const related = [
      { path: first.path, span: first.spans['/name'] ?? first.spans['/version']!, message: 'The other prompt.' },
    ]
    findings.push(
      makeFinding(
        { rule: 'registry/duplicate-name', severity: 'error', message, path: prompt.path, span, related },
        lines,
      ),
    )
  }
  return { prompts, texts: files, parsed, findings }
}

/** Prompts whose name and major another file before them has. */
export function duplicateNames(
  prompts: readonly PromptFile[],
): { prompt: PromptFile; first: PromptFile; message: string }[] {
  const seen = new Map<string, PromptFile>()
  return prompts.flatMap((prompt) => {
    const major = /^\d+/.exec(prompt.version)?.[0] ?? prompt.version
    const key = JSON.stringify([prompt.name, major])
    const first = seen.get(key)
    if (!first) seen.set(key, prompt)
    return first
      ? [{ prompt, first, message: `Name "${prompt.name}" (major ${major}) is also used by ${first.path}.` }]
      : []
  })
}
