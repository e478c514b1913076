import { makeFinding, sortFindings, type Finding } from '../findings.ts'
import { command } from '../text/command.ts'
import type { Json } from '../text/json.ts'
import { lineIndex } from '../text/span.ts'
import { lineProblem, maxLineBytes, type TapeLine } from './line.ts'

/** The lines of a tape that can be trusted to be whole, and a finding for each that cannot. */
export type ParsedTape = { lines: TapeLine[]; findings: Finding[] }

/**
 * Reads `prompts/tapes/<name>.jsonl`. A damaged line is reported with its place and never replayed; the others are used,
 * because recorded answers cost money. Never throws.
 */
export function parseTape(path: string, text: string): ParsedTape {
  const findings: Finding[] = []
  const byKey = new Map<string, TapeLine>()
  const index = lineIndex(text)
  const report = (line: number, message: string) => {
    findings.push(
      makeFinding({ rule: 'registry/schema', severity: 'warning', message, path, span: index.lineSpan(line) }, index),
    )
  }
  let before = ''
  let unsorted = 0
  for (let number = 1; number <= index.count; number += 1) {
    const { start, end } = index.lineSpan(number)
    const row = text.slice(start, end)
    if (row.trim() === '') continue
    const line = readLine(row)
    if (typeof line === 'string') {
      report(number, `Line ${number} ${line}. It is not used; record it again with "${command('record')}".`)
      continue
    }
    if (line.k < before) unsorted ||= number
    before = line.k
    const other = byKey.get(line.k)
    if (other)
      report(
        number,
        `Line ${number} answers the same request as an earlier line; ${line.h === other.h ? 'one is used' : 'the newer one is used'}.`,
      )
    if (!other || wins(line, other)) byKey.set(line.k, line)
  }
  if (unsorted)
    report(
      unsorted,
      `Line ${unsorted} is out of order: a tape is sorted by "k", so that branches merge. Recording again sorts it.`,
    )
  return { lines: [...byKey.values()], findings: sortFindings(findings) }
}

// CI's answer beats a developer's; else the newer one.
const wins = (line: TapeLine, other: TapeLine): boolean =>
  line.by === other.by ? line.at > other.at : line.by === 'ci' || (other.by !== 'ci' && line.at > other.at)

function readLine(row: string): TapeLine | string {
  if (/^(<{7}|={7}|>{7}|\|{7})/.test(row)) return 'is a conflict marker of a merge'
  if (row.length > maxLineBytes) return `is longer than ${maxLineBytes.toLocaleString('en-US')} characters`
  let value: Json
  try {
    value = JSON.parse(row) as Json
  } catch {
    return 'is not JSON'
  }
  return lineProblem(value) ?? (value as unknown as TapeLine)
}

/** A tape's text: one line an answer, sorted by key, LF. */
export const formatTape = (lines: Iterable<TapeLine>): string =>
  [...lines]
    .toSorted((a, b) => (a.k < b.k ? -1 : 1))
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('')
