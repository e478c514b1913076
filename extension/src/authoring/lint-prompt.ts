import {
  builtinTable,
  fixText,
  lintPrompts,
  makeCatalog,
  type Catalog,
  type Config,
  type Finding,
  type LintSubject,
  type PromptFile,
} from '@assay/core'
import type { FolderRegistry, PromptEntry } from '../folder-registry.ts'

/** What the version and changelog rules compare with; null: no base, and those rules are silent. */
export type LintBase = { prompt: PromptFile | null; label: string; goldenCases: number } | null

export type LintOptions = { base: LintBase; today: string }

/** UTC, as everywhere. */
export const todayOf = (now: Date): string => now.toISOString().slice(0, 10)

/** All prompts by name, for `lintEntry`. */
export const byName = (registry: FolderRegistry): Map<string, PromptEntry[]> =>
  Map.groupBy(
    registry.entries().filter(({ prompt }) => prompt !== null),
    ({ prompt }) => prompt!.name,
  )

/** What `assay lint` says about one prompt file, and about the golden set and the tape that belong to it. */
export function lintEntry(
  registry: FolderRegistry,
  entry: PromptEntry,
  o: LintOptions,
  names: Map<string, PromptEntry[]> = byName(registry),
): Finding[] {
  const others = (names.get(entry.prompt?.name ?? '') ?? []).filter(({ path }) => path !== entry.path)
  const subjects = [entry, ...others]
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map((each) => subjectOf(each, each === entry ? o.base : null))
  // Files of the same name are there for the rule that compares names; each has its own turn.
  const found = lint(registry, subjects, o.today).filter(({ path }) => !others.some((other) => other.path === path))
  return [...found, ...(entry.golden?.findings ?? []), ...(entry.tape?.findings ?? [])]
}

/** The text with all safe fixes applied, from what is in memory: it must not wait for Git. */
export function fixEntry(registry: FolderRegistry, entry: PromptEntry, o: LintOptions): string {
  const relint = (text: string): Finding[] => {
    const parsed = registry.parse(entry.path, text)
    return lint(registry, [{ ...subjectOf(entry, o.base), text, parsed }], o.today)
  }
  return fixText(entry.path, entry.text, relint).text
}

const lint = ({ config }: FolderRegistry, subjects: LintSubject[], today: string): Finding[] =>
  lintPrompts(subjects, { config, catalog: catalogOf(config), today })

const catalogs = new WeakMap<Config, Catalog>()

/** The built-in table with the models of assay.yaml over it, as on the command line. */
function catalogOf(config: Config): Catalog {
  const known = catalogs.get(config)
  if (known) return known
  const made = makeCatalog(builtinTable, { models: config.models, channels: config.channels })
  catalogs.set(config, made)
  return made
}

function subjectOf(entry: PromptEntry, base: LintBase): LintSubject {
  const { path, text, parsed } = entry
  const subject: LintSubject = { path, text, parsed, golden: entry.golden?.set ?? null }
  if (base)
    Object.assign(subject, { base: { prompt: base.prompt, label: base.label }, baseGoldenCases: base.goldenCases })
  return subject
}
