import { makeFinding } from '../findings.ts'
import type { Finding, FindingParts } from '../findings.ts'
import type { LineIndex, Span } from '../text/span.ts'

type Ignore = {
  rules: string[]
  /** The line it covers; null: the whole file. */
  line: number | null
  span: Span
  /** Alone on its line: removing it removes the line. */
  alone: boolean
  used: boolean
}

/** A file with comments: `spans` are those of its values, `isComplete` says that all rules have looked at it. */
export type Commented = {
  path: string
  text: string
  spans: Readonly<Record<string, Span>> | null
  isComplete: boolean
}

const comment = /(^|[ \t])#[ \t]*assay-ignore(-file)?(?![A-Za-z-])[ \t]*([^:\r\n]*)(?::[ \t]*([^\r\n]*))?/
const fileIgnoreLines = 10
const minReason = 10

/**
 * Takes out findings that a comment ignores, and reports comments that silence nothing or give no reason.
 * `registry/schema` cannot be ignored.
 */
export function applyIgnores(findings: readonly Finding[], subject: Commented, lines: () => LineIndex): Finding[] {
  if (!subject.text.includes('assay-ignore')) return [...findings]
  const made: Finding[] = []
  const report = (parts: Omit<FindingParts, 'rule' | 'path'>): void => {
    made.push(makeFinding({ ...parts, rule: 'registry/schema', path: subject.path }, lines()))
  }
  const ignores = readIgnores(subject, lines(), report)
  const kept = findings.filter((finding) => {
    if (finding.rule === 'registry/schema' || finding.path !== subject.path) return true
    const hit = ignores.find(
      (ignore) => ignore.rules.includes(finding.rule) && (ignore.line === null || ignore.line === finding.line),
    )
    if (hit) hit.used = true
    return !hit
  })
  // A file that does not parse has none of its rules' findings yet: its ignores may still be right.
  for (const ignore of subject.isComplete ? ignores.filter(({ used }) => !used) : []) {
    report({
      severity: 'warning',
      message: `This comment silences nothing: ${ignore.rules.join(', ')} finds nothing here.`,
      span: ignore.span,
      data: { code: 'unused-ignore' },
      fixes: [{ title: 'Remove the comment', safe: true, edits: [{ span: removal(ignore, subject.text), text: '' }] }],
    })
  }
  return [...kept, ...made]
}

type Report = (parts: Omit<FindingParts, 'rule' | 'path'>) => void

function readIgnores(subject: Commented, lines: LineIndex, report: Report): Ignore[] {
  const { text } = subject
  const scalars = scalarSpans(subject)
  const ignores: Ignore[] = []
  for (let at = text.indexOf('assay-ignore'); at !== -1; at = text.indexOf('assay-ignore', at + 1)) {
    const { line } = lines.position(at)
    const place = lines.lineSpan(line)
    const content = text.slice(place.start, place.end)
    const match = comment.exec(content)
    if (!match) continue
    const start = place.start + match.index + match[1]!.length
    // Only the first of a line counts, and a comment-like line inside a text is text.
    if (start > at || at - start > 20 || inside(start, scalars)) continue
    const span = { start, end: place.end }
    const isFile = match[2] !== undefined
    const rules = match[3]!
      .split(',')
      .map((rule) => rule.trim())
      .filter((rule) => rule !== '')
    const problem = problemOf(rules, match[4]?.trim() ?? '', isFile, line)
    if (problem !== null) {
      report({ severity: 'error', message: problem, span, data: { code: 'ignore' } })
      continue
    }
    const alone = content.slice(0, start - place.start).trim() === ''
    ignores.push({ rules, line: isFile ? null : alone ? nextLine(text, lines, line) : line, span, alone, used: false })
  }
  return ignores
}

function problemOf(rules: string[], reason: string, isFile: boolean, line: number): string | null {
  if (rules.length === 0) return 'assay-ignore needs the id of a rule.'
  if ([...reason].length < minReason) return 'assay-ignore needs a reason.'
  if (rules.includes('registry/schema')) return 'registry/schema cannot be ignored.'
  return isFile && line > fileIgnoreLines ? `assay-ignore-file must stand in the first ${fileIgnoreLines} lines.` : null
}

/** The next line that is not a comment: several ignores may stand above one line. */
function nextLine(text: string, lines: LineIndex, line: number): number {
  for (let next = line + 1; next <= lines.count; next += 1) {
    const { start, end } = lines.lineSpan(next)
    const content = text.slice(start, end).trim()
    if (content !== '' && !content.startsWith('#')) return next
  }
  return line + 1
}

/** Spans of the values that hold no other values, sorted. */
function scalarSpans({ spans }: Commented): Span[] {
  if (!spans) return []
  const parents = new Set(Object.keys(spans).map((pointer) => pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')))))
  return Object.entries(spans)
    .filter(([pointer]) => pointer !== '' && !pointer.endsWith('#key') && !parents.has(pointer))
    .map(([, span]) => span)
    .toSorted((a, b) => a.start - b.start)
}

function inside(offset: number, spans: Span[]): boolean {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (spans[middle]!.start <= offset) low = middle + 1
    else high = middle
  }
  const before = spans[low - 1]
  return before !== undefined && offset < before.end
}

function removal(ignore: Ignore, text: string): Span {
  if (ignore.alone) {
    const lineEnd = text.indexOf('\n', ignore.span.end)
    return { start: text.lastIndexOf('\n', ignore.span.start - 1) + 1, end: lineEnd === -1 ? text.length : lineEnd + 1 }
  }
  let { start } = ignore.span
  while (start > 0 && (text[start - 1] === ' ' || text[start - 1] === '\t')) start -= 1
  return { start, end: ignore.span.end }
}
