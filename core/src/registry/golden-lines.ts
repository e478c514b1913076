import { isJsonObject } from '../text/json.ts'
import type { CaseSource, SetDefaults } from './golden-case.ts'
import { readCaseJson } from './golden-json.ts'
import { headLineShape } from './golden-shape.ts'
import type { ReadGolden } from './golden-yaml.ts'
import { problemsOf } from './problems.ts'
import { checkShape } from './shape-problems.ts'

/** A JSONL golden set: one case a line, blank lines skipped, an optional head on the first. */
export function readGoldenLines(path: string, text: string): ReadGolden {
  const problems = problemsOf(path, text)
  const sources: CaseSource[] = []
  let defaults: SetDefaults = {}
  for (let line = 1; line <= problems.lines.count; line += 1) {
    const span = problems.lines.lineSpan(line)
    const source = text.slice(span.start, span.end)
    if (source.trim() === '') continue
    const read = readCaseJson(source, `Line ${line}`)
    if (!read.ok) {
      problems.schema(span, read.code, read.problem)
      continue
    }
    const { value } = read
    const at = { value, span, idSpan: span, line, spans: { '': span }, text }
    if (line === 1 && isJsonObject(value) && Object.hasOwn(value, 'assay_golden')) {
      checkShape(headLineShape, { text, value, spans: at.spans, problems, where: 'The first line' })
      defaults = isJsonObject(value.defaults) ? value.defaults : {}
    } else {
      sources.push(at)
    }
  }
  return { sources, defaults, problems }
}
