import type { Finding } from '../findings.ts'
import { html } from '../text/escape.ts'
import { byFile, moreWords } from './per-file.ts'

/**
 * Findings as JUnit XML: a suite a file, a test a finding, a file without findings one that passes. Only errors fail, as in
 * the exit code; warnings and notes are printed by their test.
 */
export function findingsJunit(
  findings: readonly Finding[],
  o: { paths?: readonly string[]; perFile?: number } = {},
): string {
  const files = new Map(byFile(findings, o.perFile).map((file) => [file.path, file]))
  const paths = [...new Set([...(o.paths ?? []), ...files.keys()])].toSorted()
  const suites = paths.map((path) => {
    const { shown, more } = files.get(path) ?? { shown: [], more: 0 }
    const tests = shown.length === 0 ? [passed(path)] : shown.map((finding) => testOf(finding))
    const note = more > 0 ? `    <system-out>${html(moreWords(more))}</system-out>\n` : ''
    return { failures: failures(shown), count: tests.length, xml: suite(path, tests, failures(shown), note) }
  })
  const total = suites.reduce((sum, { count }) => sum + count, 0)
  const failed = suites.reduce((sum, each) => sum + each.failures, 0)
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="assay lint" tests="${total}" failures="${failed}" errors="0">
${suites.map(({ xml }) => xml).join('')}</testsuites>
`
}

const failures = (findings: readonly Finding[]): number =>
  findings.filter(({ severity }) => severity === 'error').length

const suite = (path: string, tests: readonly string[], failed: number, note: string): string =>
  `  <testsuite name="${html(path)}" tests="${tests.length}" failures="${failed}" errors="0">
${tests.join('')}${note}  </testsuite>
`

const passed = (path: string): string => `    <testcase classname="${html(path)}" name="no findings"/>\n`

function testOf(finding: Finding): string {
  const { path, rule, severity, message } = finding
  const place = `${path}:${finding.line}:${finding.column}`
  const attributes = `classname="${html(path)}" name="${html(`${rule} (${finding.line}:${finding.column})`)}"`
  const text = html(`${place}: ${message}`)
  const body =
    severity === 'error'
      ? `<failure type="${html(rule)}" message="${html(message)}">${text}</failure>`
      : `<system-out>${severity}: ${text}</system-out>`
  return `    <testcase ${attributes} file="${html(path)}" line="${finding.line}">${body}</testcase>\n`
}
