import type { TextEdit } from './text/edit.ts'
import type { Json } from './text/json.ts'
import type { LineIndex, Span } from './text/span.ts'

export type Severity = 'error' | 'warning' | 'info'

/**
 * A change that mends a finding. `safe`: `lint --fix` applies it; others are offered (quick fix, suggestion). `edits` are of
 * the finding's own file; `files` are whole texts of other files, new or replaced, and never safe.
 */
export type Fix = { title: string; edits: TextEdit[]; safe: boolean; files?: { path: string; text: string }[] }

/** What lint says about one place. Lines and columns count from 1, columns in UTF-16 units; the message is plain text. */
export type Finding = {
  rule: string
  severity: Severity
  message: string
  path: string
  span: Span
  line: number
  column: number
  end_line: number
  end_column: number
  related?: { path: string; span: Span; message: string }[]
  fixes?: Fix[]
  data?: Record<string, Json>
}

/** The parts a rule knows; line and column are worked out here, once. */
export type FindingParts = Pick<
  Finding,
  'rule' | 'severity' | 'message' | 'path' | 'span' | 'related' | 'fixes' | 'data'
>

/** Makes a finding from offsets. */
export function makeFinding(parts: FindingParts, lines: LineIndex): Finding {
  const start = lines.position(parts.span.start)
  const end = lines.position(parts.span.end)
  return { ...parts, line: start.line, column: start.column, end_line: end.line, end_column: end.column }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Sorted by path, line, column, rule, message, without doubles: the same on every machine and locale. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const sorted = findings.toSorted(
    (a, b) =>
      compareText(a.path, b.path) ||
      a.line - b.line ||
      a.column - b.column ||
      compareText(a.rule, b.rule) ||
      compareText(a.message, b.message),
  )
  return sorted.filter((finding, index) => {
    const before = sorted[index - 1]
    return (
      !before ||
      before.path !== finding.path ||
      before.line !== finding.line ||
      before.column !== finding.column ||
      before.rule !== finding.rule ||
      before.message !== finding.message
    )
  })
}

/** How many findings of each severity. */
export function countFindings(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, info: 0 }
  for (const finding of findings) counts[finding.severity] += 1
  return counts
}
