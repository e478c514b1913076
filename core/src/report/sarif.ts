import type { Finding, Fix, Severity } from '../findings.ts'
import { packageVersion } from '../text/command.ts'
import { line, visible } from '../text/escape.ts'
import { ruleUrl } from '../text/rule-url.ts'
import { sha256Hex } from '../text/sha256.ts'
import { lineIndex } from '../text/span.ts'
import type { LineIndex, Span } from '../text/span.ts'
import { byFile } from './per-file.ts'

/** What SARIF says about a rule; lint's own rules have all of it. */
export type SarifRule = { id: string; severity: Severity; summary: string; url?: string }

export type SarifOptions = {
  rules: readonly SarifRule[]
  /** The files by path: for the places of fixes and for fingerprints that survive a moved line. */
  texts?: ReadonlyMap<string, string>
  perFile?: number
}

const levels = { error: 'error', warning: 'warning', info: 'note' } as const

/**
 * Findings as a SARIF 2.1.0 log. Lines and columns count from 1 in UTF-16 units, ends are exclusive, as in findings. Source
 * lines are left out: one of them may hold the secret that a finding is about.
 */
export function findingsSarif(findings: readonly Finding[], o: SarifOptions): string {
  const files = byFile(findings, o.perFile)
  const named = new Set(o.rules.map(({ id }) => id))
  const others = [...new Set(findings.map(({ rule }) => rule))].filter((id) => !named.has(id)).toSorted()
  // Rules that a project adds are named too.
  const rules = [...o.rules, ...others.map((id) => ({ id, severity: 'warning' as const, summary: id }))]
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]))
  const results = files.flatMap(({ path, shown }) => {
    const text = o.texts?.get(path)
    const lines = text === undefined ? null : lineIndex(text)
    const seen = new Map<string, number>()
    return shown.map((finding) => {
      const source = lines ? text!.slice(...ends(lines.lineSpan(finding.line))) : null
      return resultOf(finding, indexOf.get(finding.rule)!, lines, fingerprint(finding, source, seen))
    })
  })
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Assay',
            version: packageVersion,
            semanticVersion: packageVersion,
            rules: rules.map(ruleOf),
          },
        },
        columnKind: 'utf16CodeUnits',
        results,
        ...notesOf(files),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

const ruleOf = ({ id, severity, summary, url }: SarifRule) => ({
  id,
  shortDescription: { text: summary },
  helpUri: url ?? ruleUrl(id),
  defaultConfiguration: { level: levels[severity] },
  properties: { tags: [id.split('/')[0]!] },
})

function resultOf(finding: Finding, ruleIndex: number, lines: LineIndex | null, print: string) {
  const fixes = lines ? (finding.fixes ?? []).filter(({ edits }) => edits.length > 0) : []
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: levels[finding.severity],
    // Braces stay single: readers show the text as it is, and {name} doubled would mean another thing here.
    message: { text: line(finding.message) },
    locations: [{ physicalLocation: { artifactLocation: artifact(finding.path), region: regionOf(finding) } }],
    partialFingerprints: { 'assayFinding/v1': print },
    ...(fixes.length > 0 ? { fixes: fixes.map((fix) => fixOf(fix, finding.path, lines!)) } : {}),
  }
}

const artifact = (path: string) => ({ uri: path.split('/').map(encodeURIComponent).join('/') })

const regionOf = (at: Pick<Finding, 'line' | 'column' | 'end_line' | 'end_column'>) => ({
  startLine: at.line,
  startColumn: at.column,
  endLine: at.end_line,
  endColumn: at.end_column,
})

const fixOf = ({ title, edits }: Fix, path: string, lines: LineIndex) => ({
  description: { text: line(title) },
  artifactChanges: [
    {
      artifactLocation: artifact(path),
      replacements: edits.map(({ span, text }) => {
        const [start, end] = [lines.position(span.start), lines.position(span.end)]
        return {
          deletedRegion: {
            startLine: start.line,
            startColumn: start.column,
            endLine: end.line,
            endColumn: end.column,
          },
          insertedContent: { text: text.toWellFormed() },
        }
      }),
    },
  ],
})

/** The same finding on the same line of text has the same print wherever the line moves; equal ones are numbered. */
function fingerprint({ rule, path, message }: Finding, source: string | null, seen: Map<string, number>): string {
  // Not even the hash of a secret leaves the machine.
  const place = source === null || rule === 'security/secret' ? visible(message) : source.trim()
  const key = JSON.stringify([rule, path, place])
  const count = seen.get(key) ?? 0
  seen.set(key, count + 1)
  return sha256Hex(`${key}#${count}`).slice(0, 32)
}

const ends = ({ start, end }: Span): [number, number] => [start, end]

/** What was left out is said, so that a short list is not taken for a clean file. */
function notesOf(files: ReturnType<typeof byFile>) {
  const notes = files
    .filter(({ more }) => more > 0)
    .map(({ path, more }) => ({
      level: 'note',
      message: { text: `${line(path)}: ${more} more findings were left out.` },
    }))
  return notes.length === 0 ? {} : { invocations: [{ executionSuccessful: true, toolExecutionNotifications: notes }] }
}
