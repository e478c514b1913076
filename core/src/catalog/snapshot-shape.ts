import { isJsonObject, type Json } from '../text/json.ts'
import type { CatalogSnapshot } from './catalog.ts'
import { isCalendarDay } from './dates.ts'
import type { RetirementRow } from './retirement.ts'

const maxRows = 5_000

/**
 * A catalogue from elsewhere, checked to be one: its texts end in messages and fixes, its dates decide. A text says in words
 * what is wrong. Members that this version does not know are left out, so that newer tables still serve.
 */
export function readSnapshotTable(text: string): CatalogSnapshot | string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return text.trimStart().startsWith('<') ? 'it is a web page, not a catalogue' : 'it is not JSON'
  }
  if (!isJsonObject(value)) return 'it is not a catalogue'
  if (value['format'] !== 1) return `its format is ${JSON.stringify(value['format'] ?? null)}, not 1`
  const { as_of: asOf, pins, sole, limits, retirements, sources = {} } = value
  if (!isDay(asOf)) return 'as_of is no date'
  if (!isTable(pins, (names) => isTable(names, isIds))) return 'pins is not a table of ids'
  if (!isTable(sole, isIds)) return 'sole is not a table of ids'
  if (!isTable(sources, isLine)) return 'sources is not a table of texts'
  if (limits !== undefined && !isLimits(limits)) return 'limits is not a table of numbers'
  if (!Array.isArray(retirements) || retirements.length > maxRows) return 'retirements is not a list of rows'
  const bad = retirements.findIndex((row) => !isRow(row))
  if (bad !== -1) return `row ${bad + 1} of retirements is not a row`
  return {
    format: 1,
    as_of: asOf,
    sources,
    pins,
    sole,
    retirements,
    ...(limits ? { limits } : {}),
  } as unknown as CatalogSnapshot
}

/** Rows that were made of a provider's own list; none when one of them is no row. */
export function readRows(value: unknown): RetirementRow[] {
  const rows = Array.isArray(value) && value.length <= maxRows ? (value as Json[]) : []
  return rows.every(isRow) ? (rows as unknown as RetirementRow[]) : []
}

type Check = (value: Json | undefined) => boolean

export const isDay = (value: Json | undefined): value is string => {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(String(value)) ?? []
  return typeof value === 'string' && isCalendarDay(Number(year), Number(month), Number(day))
}

// Ids have no spaces and nothing unseen: they are printed, and written into prompt files by a fix.
const isId: Check = (value) => typeof value === 'string' && /^[\x21-\x7e]{1,200}$/.test(value)
const isLine: Check = (value) => typeof value === 'string' && /^[\x20-\x7e]{1,300}$/.test(value)
const isIds: Check = (value) => Array.isArray(value) && value.length <= maxRows && value.every(isId)

const isTable = (value: Json | undefined, of: Check): boolean =>
  isJsonObject(value) &&
  Object.keys(value).length <= maxRows &&
  Object.entries(value).every(([name, member]) => isId(name) && of(member))

const isNumbers: Check = (value) =>
  Array.isArray(value) && value.length <= 2 && value.every((each) => Number.isInteger(each) && Number(each) > 0)

const isLimits: Check = (value) =>
  isJsonObject(value) &&
  isTable(value['sources'], isLine) &&
  isTable(value['models'], (rows) => isTable(rows, isNumbers))

/** A row of retirements; also what a provider's own list is made into. */
function isRow(row: Json): boolean {
  if (!isJsonObject(row) || !isId(row['channel']) || !isId(row['model']) || !isMonthOrDay(row['as_of'])) return false
  const { shutdown, announced, replacement, precision, after_shutdown: after, confidence, source } = row
  return (
    (shutdown === undefined || isDay(shutdown)) &&
    (announced === undefined || isMonthOrDay(announced)) &&
    (replacement === undefined ||
      (Array.isArray(replacement) && replacement.length <= 20 && replacement.every(isLine))) &&
    [precision, after, confidence, source].every((text) => text === undefined || isLine(text))
  )
}

const isMonthOrDay: Check = (value) => isDay(value) || (typeof value === 'string' && /^\d{4}(-\d{2})?$/.test(value))
