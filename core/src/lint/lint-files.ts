import { sortFindings } from '../findings.ts'
import type { Finding } from '../findings.ts'
import type { Config } from '../registry/config.ts'
import { isPromptPath } from '../registry/registry.ts'
import { readYaml } from '../registry/yaml.ts'
import { lineIndex } from '../text/span.ts'
import type { LineIndex } from '../text/span.ts'
import { isBelow } from '../text/tree.ts'
import { applyIgnores } from './ignore.ts'
import { runFileRules, withSeverities } from './lint.ts'
import type { LintOptions } from './lint.ts'
import type { FileSubject } from './rule.ts'

export type { FileSubject } from './rule.ts'

/** What was read beside the prompts: assay.yaml, golden sets with their texts, schemas, rubrics. Tapes guard themselves. */
export function fileSubjects(texts: ReadonlyMap<string, string>, config: Config, configFile: string): FileSubject[] {
  return [...texts].flatMap(([path, text]): FileSubject[] => {
    if (isPromptPath(path, config) || isBelow(path, config.tapes)) return []
    const kind = path === configFile ? 'config' : isBelow(path, config.golden) ? 'golden' : 'other'
    return [{ path, text, kind }]
  })
}

/** Lints files that are no prompts. Only rules on files look at them. */
export function lintFiles(files: readonly FileSubject[], o: Pick<LintOptions, 'config' | 'rules'>): Finding[] {
  return sortFindings(files.flatMap((file) => lintFile(file, o)))
}

function lintFile(file: FileSubject, o: Pick<LintOptions, 'config' | 'rules'>): Finding[] {
  let lines: LineIndex | null = null
  const getLines = (): LineIndex => (lines ??= lineIndex(file.text))
  const found = withSeverities(runFileRules(file, o, getLines), o.config)
  // JSONL and CSV have no comments, and what looks like one in a case is text.
  if (found.length === 0 || !/\.ya?ml$/.test(file.path) || !file.text.includes('assay-ignore')) return found
  const read = readYaml(file.path, file.text)
  // Other rules speak in these files too, so a comment that silences nothing here may still be needed.
  return read.ok ? applyIgnores(found, { ...file, spans: read.spans, isComplete: false }, getLines) : found
}
