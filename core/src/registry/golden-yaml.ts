import { isJsonObject } from '../text/json.ts'
import type { CaseSource, SetDefaults } from './golden-case.ts'
import { setShape } from './golden-shape.ts'
import { problemsOf } from './problems.ts'
import type { Problems } from './problems.ts'
import { checkShape } from './shape-problems.ts'
import type { Spans } from './yaml.ts'
import { readYaml } from './yaml.ts'

/** The cases of a file before each is checked; null when the file is no golden set. */
export type ReadGolden = { sources: CaseSource[] | null; defaults: SetDefaults; problems: Problems }

/** A YAML golden set. Over 1 MiB it must be JSONL, which is read line by line. */
export function readGoldenYaml(path: string, text: string): ReadGolden {
  const read = readYaml(path, text, { tooLarge: 'golden set over 1 MiB: use .jsonl' })
  const problems = problemsOf(path, text, read.ok ? read.lines : undefined)
  problems.findings.push(...read.findings)
  if (!read.ok) return { sources: null, defaults: {}, problems }
  // An empty file is an empty set: the same as no cases.
  const value = read.value ?? {}
  if (!isJsonObject(value)) {
    problems.schema(read.spans['']!, 'shape', 'A golden set is a map with the key cases.')
    return { sources: null, defaults: {}, problems }
  }
  const known = Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('x-')))
  checkShape(setShape, { text, value: known, spans: read.spans, problems })
  const cases = Array.isArray(value.cases) ? value.cases : []
  const perCase = caseSpans(read.spans, cases.length)
  const sources = cases.map((each, index): CaseSource => {
    const spans = perCase[index]!
    const span = spans['']!
    return {
      value: each,
      span,
      idSpan: spans['/id'] ?? span,
      line: problems.lines.position(span.start).line,
      spans,
      text,
    }
  })
  return { sources, defaults: isJsonObject(value.defaults) ? value.defaults : {}, problems }
}

/** The spans of each case under pointers of its own, in one pass over all. */
function caseSpans(spans: Spans, count: number): Spans[] {
  const perCase: Spans[] = Array.from({ length: count }, () => ({}))
  for (const [pointer, span] of Object.entries(spans)) {
    const match = /^\/cases\/(\d+)(.*)$/s.exec(pointer)
    if (match) perCase[Number(match[1])]![match[2]!] = span
  }
  return perCase
}
