/**
 * Rebuilds src/catalog/snapshot.json from a CSV of announced retirements and prints what changed:
 *
 *     node core/scripts/catalog.ts retirements.csv [--check]
 *
 * Columns: channel, model, kind (id|display-name|service), announced, shutdown, date_precision, replacement
 * ("|"-separated), after_shutdown, confidence, source_url, as_of; others are ignored. Only `id` rows enter: a display name or
 * a service matches no model id. The tables `pins` and `sole` are kept by hand in the snapshot and pass through unchanged.
 * Context windows and output limits come from the installed packages that `limits.sources` names: see catalog-limits.ts.
 * `--check` writes nothing and exits 1 when the file would change.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { collectLimits } from './catalog-limits.ts'

type Row = {
  channel: string
  model: string
  announced?: string
  shutdown?: string
  precision?: string
  replacement?: string[]
  after_shutdown?: string
  confidence?: string
  source?: string
  as_of: string
}

/** RFC 4180: quoted cells may hold commas, line breaks and doubled quotes. */
function csvRecords(text: string): Record<string, string>[] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'))
    if (end !== ',') rows.push([])
  }
  const [head, ...body] = rows.filter((row) => row.length > 1)
  return body.map((row) => Object.fromEntries(head!.map((name, i) => [name, row[i] ?? ''])))
}

const isNewest = (row: Row, _: number, all: Row[]): boolean =>
  !all.some((other) => other.channel === row.channel && other.model === row.model && other.as_of > row.as_of)

const keyOf = (row: Row): string => `${row.channel} ${row.model}`

/** The value that most rows of a channel share, so that a row says only what is special about it. */
function commonest(values: string[]): string {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]![0]
}

function toRow(cells: Record<string, string>): Row {
  return {
    channel: cells['channel']!,
    model: cells['model']!,
    announced: cells['announced'] || undefined,
    shutdown: cells['shutdown'] || undefined,
    precision: cells['date_precision'] === 'exact' ? undefined : cells['date_precision'],
    replacement: cells['replacement'] ? cells['replacement'].split('|') : undefined,
    after_shutdown: cells['after_shutdown'] === 'error' ? undefined : cells['after_shutdown'],
    confidence: cells['confidence'] === 'second-hand' ? undefined : cells['confidence'],
    source: cells['source_url'],
    as_of: cells['as_of']!,
  }
}

const [file, flag] = process.argv.slice(2)
if (!file || (flag && flag !== '--check')) {
  console.error('usage: node core/scripts/catalog.ts FILE.csv [--check]')
  process.exit(2)
}

const target = new URL('../src/catalog/snapshot.json', import.meta.url)
const before = readFileSync(target, 'utf8')
const old = JSON.parse(before)
const rows = csvRecords(readFileSync(file, 'utf8'))
  .filter((cells) => cells['kind'] === 'id')
  .map(toRow)
  .filter(isNewest)
  .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))

const sources: Record<string, string> = {}
for (const channel of new Set(rows.map((row) => row.channel))) {
  const ofChannel = rows.filter((row) => row.channel === channel)
  sources[channel] = commonest(ofChannel.map((row) => row.source!))
  for (const row of ofChannel) if (row.source === sources[channel]) row.source = undefined
}

const line = (indent: string, entries: [string, unknown][]): string =>
  entries.map(([name, value]) => `${indent}${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(',\n')
const asOf = rows.map((row) => row.as_of).filter((day) => day.length === 10)
const pins = Object.entries<Record<string, string[]>>(old.pins).map(
  ([provider, table]) => `    ${JSON.stringify(provider)}: {\n${line('      ', Object.entries(table))}\n    }`,
)
const limits = await collectLimits(rows, old)
const limitTables = Object.entries(limits.models).map(
  ([provider, table]) => `      ${JSON.stringify(provider)}: {\n${line('        ', Object.entries(table))}\n      }`,
)
const after = `{
  "format": 1,
  "as_of": ${JSON.stringify(asOf.toSorted().at(-1))},
  "sources": {
${line('    ', Object.entries(sources))}
  },
  "pins": {
${pins.join(',\n')}
  },
  "sole": {
${line('    ', Object.entries(old.sole))}
  },
  "limits": {
    "sources": ${JSON.stringify(limits.sources)},
    "models": {
${limitTables.join(',\n')}
    }
  },
  "retirements": [
${rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}
  ]
}
`

const was = new Map<string, string>(old.retirements.map((row: Row) => [keyOf(row), JSON.stringify(row)]))
const now = new Map(rows.map((row) => [keyOf(row), JSON.stringify(row)]))
for (const [name, text] of now) {
  if (!was.has(name)) console.log(`+ ${name}`)
  else if (was.get(name) !== text) console.log(`~ ${name}: ${was.get(name)} -> ${text}`)
}
for (const name of was.keys()) if (!now.has(name)) console.log(`- ${name}`)
console.log(`${now.size} rows, ${after.length} bytes, as of ${asOf.toSorted().at(-1)}`)
if (flag === '--check') process.exitCode = after === before ? 0 : 1
else writeFileSync(target, after)
