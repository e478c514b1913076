import type { Catalog } from '../catalog/catalog.ts'
import { sortFindings, type Finding } from '../findings.ts'
import { lintPrompts, type LintSubject } from '../lint/lint.ts'
import type { Config } from '../registry/config.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import type { Change } from './changes.ts'
import type { Snapshot } from './snapshot.ts'

export type LintOptions = { rules: Config; catalog: Catalog; today: string; baseLabel: string | null }

const subjectOf = (prompt: PromptFile, snapshot: Snapshot): LintSubject => {
  const findings = snapshot.findings.filter((finding) => finding.path === prompt.path)
  return {
    path: prompt.path,
    text: snapshot.texts.get(prompt.path) ?? '',
    parsed: { ok: true, prompt, findings },
    golden: snapshot.goldens.get(prompt.path)?.set ?? null,
  }
}

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
  const prompts = changes.map((change) => change.head)
  return sortFindings([
    ...lintPrompts(subjects, { config: o.rules, catalog: o.catalog, today: o.today }),
    ...unreadable(head),
    ...dataFindings(head, prompts),
  ])
}

/** What lint says of base's version of the changed prompts: what is not new. */
export function lintBase(changes: readonly Change[], base: Snapshot, o: Omit<LintOptions, 'baseLabel'>): Finding[] {
  const prompts = changes.flatMap((change) => change.base ?? [])
  return lintPrompts(
    prompts.map((prompt) => subjectOf(prompt, base)),
    { config: o.rules, catalog: o.catalog, today: o.today },
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
  return sortFindings([
    ...lintPrompts(subjects, { config: o.rules, catalog: o.catalog, today: o.today }),
    ...unreadable(snapshot),
    ...dataFindings(snapshot, prompts),
  ])
}
