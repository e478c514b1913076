import type { Catalog } from '../catalog/catalog.ts'
import { makeFinding, type Finding } from '../findings.ts'
import type { Config } from '../registry/config.ts'
import { lineIndex, type LineIndex, type Span } from '../text/span.ts'
import { withSeverities } from './lint.ts'
import type { SourceRule } from './source-rule.ts'
import { scanSource } from './source-scan.ts'

export type SourceOptions = { rules: readonly SourceRule[]; catalog: Catalog; config: Config; today: string }

/** Findings of one source file. A file that cannot be read to its end has a note where the scan stopped. */
export function lintSource(path: string, text: string, o: SourceOptions): Finding[] {
  const scan = scanSource(path, text)
  const lines = lineIndex(text)
  const findings: Finding[] = []
  for (const rule of o.rules) {
    rule.checkSource({
      path,
      literals: scan.literals,
      catalog: o.catalog,
      config: o.config,
      today: o.today,
      lineOf: (offset) => lines.position(offset).line,
      report: (span, { severity = rule.meta.severity, ...parts }) =>
        findings.push(makeFinding({ ...parts, rule: rule.meta.id, severity, path, span }, lines)),
    })
  }
  const ignored = ignoredLines(scan.comments, text, lines)
  const kept = findings.filter(({ line, rule }) => !ignored.get(line)?.(rule))
  if (scan.stoppedAt !== null && o.rules[0]) {
    const span = { start: scan.stoppedAt, end: scan.stoppedAt + 1 }
    const message = 'This string is not closed, so the rest of the file was not scanned.'
    const data = { code: 'unterminated' }
    kept.push(makeFinding({ rule: o.rules[0].meta.id, severity: 'info', message, path, span, data }, lines))
  }
  return withSeverities(kept, o.config)
}

/** `# assay-ignore` or `// assay-ignore rule/id: reason`, at the end of the line or alone above it. */
function ignoredLines(
  comments: readonly Span[],
  text: string,
  lines: LineIndex,
): Map<number, (rule: string) => boolean> {
  const ignored = new Map<number, (rule: string) => boolean>()
  for (const { start, end } of comments) {
    const [, list] = /assay-ignore(?![\w-])[ \t]*([^:*\n]*)/.exec(text.slice(start, Math.min(end, start + 300))) ?? []
    if (list === undefined) continue
    const ids = list.split(/[\s,]+/).filter((word) => word.includes('/'))
    const { line } = lines.position(start)
    const isAlone = text.slice(lines.lineSpan(line).start, start).trim() === ''
    ignored.set(isAlone ? lines.position(end).line + 1 : line, (rule) => ids.length === 0 || ids.includes(rule))
  }
  return ignored
}
