import type { Catalog } from '../catalog/catalog.ts'
import { sortFindings, type Finding } from '../findings.ts'
import { lintPrompts, withSeverities, type LintSubject, type ModelFacts } from '../lint/lint.ts'
import { fileSubjects, lintFiles } from '../lint/lint-files.ts'
import type { Config } from '../registry/config.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import type { Change } from './changes.ts'
import { configPath, type Snapshot } from './snapshot.ts'

export type LintOptions = {
  rules: Config
  catalog: Catalog
  today: string
  baseLabel: string | null
  /** Where assay.yaml lies; the usual place unless `--config` names another. */
  configFile?: string
  /** Windows, counts and prices (`prepareLimits`); without them the rules about size and money are silent. */
  facts?: ModelFacts
}

const subjectOf = (prompt: PromptFile, snapshot: Snapshot): LintSubject => {
  const golden = snapshot.goldens.get(prompt.path)
  const goldenText = golden?.path ? snapshot.texts.get(golden.path) : undefined
  return {
    path: prompt.path,
    text: snapshot.texts.get(prompt.path) ?? '',
    parsed: { ok: true, prompt, findings: snapshot.findings.filter((finding) => finding.path === prompt.path) },
    golden: golden?.set ?? null,
    ...(goldenText === undefined ? {} : { goldenText }),
  }
}

/** The texts of the files that `exports` names. */
const exportsOf = ({ config, texts }: Snapshot) => ({
  exports: config.exports.flatMap((path) => (texts.has(path) ? [{ path, text: texts.get(path)! }] : [])),
})

// Findings of files that are no readable prompt: they cannot be linted further, but must be seen.
const unreadable = (snapshot: Snapshot): Finding[] => {
  const read = new Set(snapshot.prompts.map((prompt) => prompt.path))
  return snapshot.findings.filter((finding) => !read.has(finding.path))
}

const dataFindings = (snapshot: Snapshot, prompts: readonly PromptFile[]): Finding[] =>
  prompts.flatMap((prompt) => [
    ...(snapshot.goldens.get(prompt.path)?.findings ?? []),
    ...(snapshot.tapes.get(prompt.name)?.findings ?? []),
  ])

// Everything that lint can say of some prompts: their own findings, files that cannot be read, golden sets, tapes and the
// other files beside them.
function lintAll(
  subjects: readonly LintSubject[],
  prompts: readonly PromptFile[],
  snapshot: Snapshot,
  o: Omit<LintOptions, 'baseLabel'>,
): Finding[] {
  const path = o.configFile ?? configPath
  const config = o.rules
  const beside = [...unreadable(snapshot), ...dataFindings(snapshot, prompts)]
  return sortFindings([
    ...lintPrompts(subjects, {
      config,
      catalog: o.catalog,
      today: o.today,
      configFile: { path, text: snapshot.texts.get(path) ?? null },
      ...exportsOf(snapshot),
      ...(o.facts ? { facts: o.facts } : {}),
    }),
    ...withSeverities(beside, config),
    ...lintFiles(fileSubjects(snapshot.texts, config, path), { config }),
  ])
}

/** Lints the prompts of a check: those that changed, with base's version beside them, and files that cannot be read. */
export function lintChanges(changes: readonly Change[], head: Snapshot, o: LintOptions): Finding[] {
  const subjects = changes.map((change): LintSubject => {
    const subject = subjectOf(change.head, head)
    if (o.baseLabel === null) return subject
    return {
      ...subject,
      base: { prompt: change.base, label: o.baseLabel },
      baseGoldenCases: change.golden.base?.cases.length ?? 0,
    }
  })
  return lintAll(
    subjects,
    changes.map((change) => change.head),
    head,
    o,
  )
}

/** What lint says of base's version of the changed prompts: what is not new. */
export function lintBase(changes: readonly Change[], base: Snapshot, o: Omit<LintOptions, 'baseLabel'>): Finding[] {
  const prompts = changes.flatMap((change) => change.base ?? [])
  return lintAll(
    prompts.map((prompt) => subjectOf(prompt, base)),
    prompts,
    base,
    o,
  )
}

/** Lints the given prompts of a registry, with the version rules where a base is given. */
export function lintSnapshot(
  snapshot: Snapshot,
  prompts: readonly PromptFile[],
  o: LintOptions,
  baseFor: (prompt: PromptFile) => { prompt: PromptFile | null; cases: number } | null = () => null,
): Finding[] {
  const subjects = prompts.map((prompt): LintSubject => {
    const subject = subjectOf(prompt, snapshot)
    const base = baseFor(prompt)
    if (!base || o.baseLabel === null) return subject
    return { ...subject, base: { prompt: base.prompt, label: o.baseLabel }, baseGoldenCases: base.cases }
  })
  return lintAll(subjects, prompts, snapshot, o)
}
