import { makeFinding } from '../findings.ts'
import type { Finding, FindingParts, Severity } from '../findings.ts'
import { lineIndex } from '../text/span.ts'
import type { LineIndex, Span } from '../text/span.ts'

/** Collects the findings of one text; `code` goes to `data.code` and tells the kinds of `registry/schema` apart. */
export type Problems = {
  findings: Finding[]
  lines: LineIndex
  schema(span: Span, code: string, message: string, more?: More): void
  add(rule: string, span: Span, message: string, more?: More): void
}

type More = Pick<FindingParts, 'fixes' | 'related' | 'data'> & { severity?: Severity }

/** A collector for the text at `path`. Spans are clamped to the text, so that a finding always has a place in it. */
export function problemsOf(path: string, text: string, lines: LineIndex = lineIndex(text)): Problems {
  const findings: Finding[] = []
  const add: Problems['add'] = (rule, span, message, more = {}) => {
    const start = Math.max(0, Math.min(span.start, text.length))
    const end = Math.max(start, Math.min(span.end, text.length))
    findings.push(makeFinding({ severity: 'error', ...more, rule, message, path, span: { start, end } }, lines))
  }
  return {
    findings,
    lines,
    add,
    schema: (span, code, message, more = {}) =>
      add('registry/schema', span, message, { ...more, data: { ...more.data, code } }),
  }
}
