import { readYaml } from '../registry/yaml.ts'
import type { Finding } from '../findings.ts'
import { problemsOf } from '../registry/problems.ts'
import { isJsonObject } from '../text/json.ts'
import type { JsonObject } from '../text/json.ts'
import { openSource } from './source.ts'
import type { Source } from './source.ts'
import type { ImportOptions } from './format.ts'
import { plainYaml } from './yaml-text.ts'

export type FrontMatter = { source: Source; head: JsonObject; body: string; bodyAt: number }

/** A file of YAML between two `---` lines and a text below; without the lines all is text. Offsets count in the file. */
export function readFrontMatter(
  path: string,
  file: string,
  o: ImportOptions,
): ({ ok: true } & FrontMatter) | { ok: false; findings: Finding[] } {
  const end = headEnd(file)
  if (end === null) {
    const source = openSource(path, file, { '': { start: 0, end: 0 } }, o)
    return { ok: true, source, head: {}, body: file, bodyAt: 0 }
  }
  // Read with its own first line, so that places count from the start of the file.
  const read = readYaml(path, file.slice(0, end))
  if (!read.ok) return { ok: false, findings: read.findings }
  const problems = problemsOf(path, file)
  problems.findings.push(...read.findings)
  const source = openSource(path, file, read.spans, o, problems)
  const next = file.indexOf('\n', end)
  const bodyAt = next === -1 ? file.length : next + 1
  if (read.value !== null && !isJsonObject(read.value)) source.refuse('', 'The front matter is not a map.')
  return { ok: true, source, head: isJsonObject(read.value) ? read.value : {}, body: file.slice(bodyAt), bodyAt }
}

/** Where the line begins that ends the front matter; null when there is none. */
function headEnd(file: string): number | null {
  const start = file.length - file.trimStart().length
  if (!/^---[ \t]*\r?\n/.test(file.slice(start, start + 200))) return null
  const close = /^---[ \t]*\r?$/gm
  close.lastIndex = start + 3
  return close.exec(file)?.index ?? null
}

export const writeFrontMatter = (head: JsonObject, body: string): string =>
  `---\n${Object.keys(head).length === 0 ? '' : plainYaml(head)}---\n${body}`
