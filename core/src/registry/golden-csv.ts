// The entry that needs no Buffer of Node: the same file is read in a web editor.
import { CsvError, parse } from 'csv-parse/browser/esm/sync'
import type { Json, JsonObject } from '../text/json.ts'
import type { Span } from '../text/span.ts'
import type { CaseSource } from './golden-case.ts'
import { readCaseJson } from './golden-json.ts'
import type { ReadGolden } from './golden-yaml.ts'
import type { GoldenOptions } from './golden.ts'
import { problemsOf } from './problems.ts'
import type { Problems } from './problems.ts'

const caseColumns = new Set(['id', 'expected', 'assertions', 'tags', 'critical', 'cluster', 'context'])
const jsonColumns = new Set(['assertions', 'context'])
const neverColumns = new Set(['__proto__', 'constructor', 'prototype'])
/** A table with more broken rows than this is no table; each one starts the reader again. */
const maxBroken = 20

/**
 * A CSV golden set (RFC 4180, comma, header). Cells stay as they are: an exporter puts `'` before cells that begin with
 * `= + - @` or a tab, because spreadsheets run such cells as formulas; nothing is taken off here, where it could be data.
 */
export function readGoldenCsv(
  path: string,
  text: string,
  o: Pick<GoldenOptions, 'inputs' | 'outputSchema'>,
): ReadGolden {
  const problems = problemsOf(path, text)
  const [head, ...rows] = readRows(text, problems)
  const sources: CaseSource[] = []
  if (!head) return { sources, defaults: {}, problems }
  const columns = readHead(head, problems)
  if (columns === null) return { sources: null, defaults: {}, problems }
  for (const row of rows) {
    const line = problems.lines.position(row.span.start).line
    if (row.cells.length !== columns.length) {
      const count = `${row.cells.length} cell${row.cells.length === 1 ? '' : 's'}`
      problems.schema(row.span, 'csv', `Line ${line} has ${count}, the header has ${columns.length}.`)
      continue
    }
    const value = readCase(row, columns, line, problems, o)
    if (value !== null) sources.push({ value, span: row.span, idSpan: row.span, line, spans: { '': row.span }, text })
  }
  return { sources, defaults: {}, problems }
}

type Row = { cells: string[]; span: Span }

/** The rows with their places. A row that cannot be read is reported, and reading goes on at the line after its first. */
function readRows(text: string, problems: Problems): Row[] {
  const rows: Row[] = []
  let at = 0
  for (let broken = 0; at < text.length;) {
    try {
      parse(text.slice(at), {
        info: true,
        relax_column_count: true,
        skip_empty_lines: true,
        record_delimiter: ['\r\n', '\n'],
        on_record: takeRow(text, at, rows, (end) => (at = end)),
      })
      break
    } catch (error) {
      if (!(error instanceof CsvError)) throw error
      const start = firstFilled(text, at)
      const line = problems.lines.position(start).line
      const span = problems.lines.lineSpan(line)
      broken += 1
      const isLast = broken === maxBroken
      const rest = isLast ? ' Later lines were not read.' : ''
      problems.schema(span, 'csv', `Line ${line} is not CSV: ${sentenceOf(error)}.${rest}`)
      if (isLast) break
      at = problems.lines.lineSpan(line + 1).start
      if (line >= problems.lines.count) break
    }
  }
  return rows
}

type Parsed = { record: string[]; info: { bytes: number } }

/** Turns the reader's count of bytes into places, one record after the other. */
function takeRow(text: string, from: number, rows: Row[], moved: (end: number) => void) {
  let at = from
  let bytes = 0
  return (parsed: unknown): null => {
    const { record, info } = parsed as Parsed
    const start = firstFilled(text, at)
    while (bytes < info.bytes && at < text.length) {
      const point = text.codePointAt(at)!
      bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
      at += point < 0x10000 ? 1 : 2
    }
    let end = at
    while (end > start && (text[end - 1] === '\n' || text[end - 1] === '\r')) end -= 1
    rows.push({ cells: record, span: { start, end } })
    moved(at)
    return null
  }
}

function firstFilled(text: string, from: number): number {
  let at = from
  while (text[at] === '\n' || text[at] === '\r') at += 1
  return at
}

const sentenceOf = ({ code }: CsvError): string =>
  code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quote is not closed' : 'a quote stands inside a cell; write it twice'

/** The name of each column, `vars.` taken off; null when no case could be named. */
function readHead(head: Row, problems: Problems): string[] | null {
  const names = head.cells.map((cell) => cell.trim())
  const meanings = names.map(meaningOf)
  const fail = (message: string): void => problems.schema(head.span, 'csv', message)
  const before = problems.findings.length
  if (!names.includes('id')) fail('The header has no column "id".')
  for (const [index, name] of names.entries()) {
    if (name === '') fail(`Column ${index + 1} has no name.`)
    else if (neverColumns.has(name.replace(/^vars\./, ''))) fail(`Column "${name}" is not allowed.`)
    else if (meanings.indexOf(meaningOf(name)) < index) fail(`Column "${name}" appears twice.`)
  }
  return problems.findings.length > before ? null : names
}

const meaningOf = (name: string): string =>
  caseColumns.has(name) || name.startsWith('vars.') || name.startsWith('x-') ? name : `vars.${name}`

function readCase(
  row: Row,
  columns: readonly string[],
  line: number,
  problems: Problems,
  o: Pick<GoldenOptions, 'inputs' | 'outputSchema'>,
): JsonObject | null {
  const vars: JsonObject = {}
  const value: JsonObject = { vars }
  let isWhole = true
  for (const [index, column] of columns.entries()) {
    const cell = row.cells[index]!
    if (cell === '' || column.startsWith('x-')) continue
    const name = column.replace(/^vars\./, '')
    const isVar = name !== column || !caseColumns.has(name)
    const read = isVar ? readVar(name, cell, o) : readColumn(name, cell, o)
    if (read.ok) (isVar ? vars : value)[name] = read.value
    else {
      problems.schema(row.span, 'csv', `Line ${line}, column "${column}"${read.problem}`)
      isWhole = false
    }
  }
  return isWhole ? value : null
}

type Cell = { ok: true; value: Json } | { ok: false; problem: string }

/** Text, unless the input's declared type is another: then the cell is JSON. */
function readVar(name: string, cell: string, { inputs }: Pick<GoldenOptions, 'inputs'>): Cell {
  const type = inputs && Object.hasOwn(inputs, name) ? inputs[name]!.type : undefined
  return type === undefined || type === 'string' ? wellFormed(cell) : readCaseJson(cell, '')
}

function readColumn(name: string, cell: string, { outputSchema }: Pick<GoldenOptions, 'outputSchema'>): Cell {
  if (jsonColumns.has(name) || (name === 'expected' && outputSchema)) return readCaseJson(cell, '')
  if (name === 'critical') {
    return cell === 'true' || cell === 'false'
      ? { ok: true, value: cell === 'true' }
      : { ok: false, problem: ` must be true or false, not "${cell.slice(0, 40)}".` }
  }
  if (name !== 'tags') return wellFormed(cell)
  const tags = cell.split(';').map((tag) => tag.trim())
  return { ok: true, value: tags.filter((tag) => tag !== '') }
}

const wellFormed = (cell: string): Cell =>
  cell.isWellFormed() ? { ok: true, value: cell } : { ok: false, problem: ' holds half of a surrogate pair.' }
