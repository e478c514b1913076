import { countFindings } from '../findings.ts'
import type { Finding, Severity } from '../findings.ts'
import { line } from '../text/escape.ts'
import { plural } from './numbers.ts'

/** GitHub shows ten of each level for a step and drops the others without a word. */
const perLevel = 10
const commands = { error: 'error', warning: 'warning', info: 'notice' } as const
const words = { error: 'error', warning: 'warning', info: 'note' } as const

/** Findings as workflow commands of GitHub Actions, which become annotations at their lines; the worst first. */
export function findingsAnnotations(findings: readonly Finding[]): string {
  const rows = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const all = findings.filter((finding) => finding.severity === severity)
    const more = all.length - perLevel
    return [...all.slice(0, perLevel).map(commandOf), ...(more > 0 ? [moreOf(more, severity)] : [])]
  })
  const counts = countFindings(findings)
  const summary = `${plural(counts.error, 'error')}, ${plural(counts.warning, 'warning')}, ${plural(counts.info, 'note')}`
  return `${[...rows, summary].join('\n')}\n`
}

const moreOf = (more: number, severity: Severity): string => `and ${plural(more, `more ${words[severity]}`)}`

function commandOf(finding: Finding): string {
  const { path, line: from, end_line: to, column, end_column: endColumn } = finding
  // Columns are taken for one line only.
  const columns = from === to ? [`col=${column}`, `endColumn=${Math.max(column, endColumn)}`] : []
  const properties = [
    `file=${property(path)}`,
    `line=${from}`,
    `endLine=${to}`,
    ...columns,
    `title=${property(finding.rule)}`,
  ]
  return `::${commands[finding.severity]} ${properties.join(',')}::${data(line(finding.message))}`
}

const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string): string => data(line(text)).replaceAll(':', '%3A').replaceAll(',', '%2C')
