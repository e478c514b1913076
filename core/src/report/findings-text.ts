import { countFindings, type Finding } from '../findings.ts'
import { command } from '../text/command.ts'
import { line, visible } from '../text/escape.ts'
import { lineIndex } from '../text/span.ts'
import { plural } from './numbers.ts'
import { painter } from './paint.ts'
import { byFile, moreWords } from './per-file.ts'

/**
 * Findings for a terminal: place, rule, sentence, source line with caret, fix. `texts` holds the files by path; without a
 * text the source line is left out.
 */
export function findingsText(
  findings: readonly Finding[],
  texts: ReadonlyMap<string, string>,
  o: { color: boolean; perFile?: number },
): string {
  const paint = painter(o.color)
  const blocks: string[] = []
  for (const { path, shown, more } of byFile(findings, o.perFile)) {
    // A line that holds a secret is not printed, whatever the finding says about it.
    const secret = new Set(shown.filter(({ rule }) => rule === 'security/secret').map((finding) => finding.line))
    for (const finding of shown) {
      const level = finding.severity === 'error' ? paint.bad('error') : finding.severity
      const rows = [
        `${paint.bold(`${line(path)}:${finding.line}:${finding.column}`)}  ${level}  ${finding.rule}`,
        `  ${line(finding.message)}`,
        ...(secret.has(finding.line) ? [] : excerpt(finding, texts.get(path)).map(paint.dim)),
        ...fixWords(finding).map((words) => `  ${words}`),
      ]
      blocks.push(rows.join('\n'))
    }
    if (more > 0) blocks.push(`${paint.bold(line(path))}\n  ${moreWords(more)}`)
  }
  return blocks.join('\n\n')
}

function excerpt(finding: Finding, text: string | undefined): string[] {
  if (text === undefined) return []
  const { start, end } = lineIndex(text).lineSpan(finding.line)
  const source = text.slice(start, end)
  // A long line is shown around the place; control characters take more room than they had.
  const from = Math.max(0, finding.column - 1 - 60)
  const shown = source.slice(from, from + 100).replaceAll('\t', ' ')
  if (shown.trim() === '') return []
  const before = visible(shown.slice(0, finding.column - 1 - from))
  const last = finding.end_line === finding.line ? finding.end_column - 1 - from : shown.length
  const marked = visible(shown.slice(finding.column - 1 - from, last))
  const gutter = String(finding.line).padStart(5)
  return [
    `${gutter} | ${visible(shown)}`,
    `${' '.repeat(gutter.length)} | ${' '.repeat(before.length)}${'^'.repeat(Math.max(1, marked.length))}`,
  ]
}

function fixWords(finding: Finding): string[] {
  const [fix] = finding.fixes ?? []
  if (!fix) return []
  return [
    fix.safe
      ? `fix: ${line(fix.title)}: ${command('lint --fix')}`
      : `fix: ${line(fix.title)} (by hand, or a quick fix in VS Code)`,
  ]
}

/** `3 errors, 1 warning in 2 of 61 prompts · catalogue as of 2026-11-10`. */
export function findingsSummary(findings: readonly Finding[], prompts: number, catalogAsOf: string): string {
  const counts = countFindings(findings)
  const files = new Set(findings.map((finding) => finding.path)).size
  const parts = [
    counts.error > 0 ? plural(counts.error, 'error') : '',
    counts.warning > 0 ? plural(counts.warning, 'warning') : '',
    counts.info > 0 ? plural(counts.info, 'note') : '',
  ].filter(Boolean)
  const found =
    parts.length === 0
      ? `no findings in ${plural(prompts, 'prompt')}`
      : `${parts.join(', ')} in ${plural(files, 'file')} of ${plural(prompts, 'prompt')}`
  return `${found} · catalogue as of ${catalogAsOf}`
}
