import type { CatalogSnapshot } from '../../catalog/catalog.ts'
import type { ModelSheet, SourcedRetirement } from '../../catalog/describe.ts'
import { knownIds } from '../../catalog/describe.ts'
import { priceSource, pricesLine, type Rates } from '../../catalog/price.ts'
import { channelFor } from '../../catalog/retirement.ts'
import { daysBetween } from '../../changelog/check.ts'
import type { ModelInUse } from '../../node/models-in-use.ts'
import { plural, whole } from '../../report/numbers.ts'
import { command } from '../../text/command.ts'
import { line } from '../../text/escape.ts'

const words = {
  pinned: 'pinned',
  alias: 'not pinned: alias',
  moving: 'not pinned: moves',
  preview: 'not pinned: preview',
  opaque: 'not pinned: opaque name',
  unknown: 'unknown',
}

/** One id explained, for a terminal. */
export function sheetText(sheet: ModelSheet, today: string): string {
  const rows: [string, string][] = []
  const { provider, channel, pins, retirement } = sheet
  if (provider) rows.push(['provider', channel && channel !== provider ? `${provider} (channel ${channel})` : provider])
  rows.push([
    'pinned',
    `${sheet.verdict === 'pinned' ? 'yes' : sheet.verdict === 'unknown' ? 'not known' : 'no'}. ${sheet.why}`,
  ])
  if (pins.length > 0) rows.push(['pins', pins.map(pinWords).join(', ')])
  rows.push([
    'price',
    sheet.price ? ratesText(sheet.price) : `price unknown for ${sheet.id}. In assay.yaml:  ${pricesLine(sheet.id)}`,
  ])
  rows.push(['window', windowText(sheet)])
  rows.push(['shutdown', retirement ? retirementText(retirement, today) : noDate(sheet)])
  if (retirement && retirement.replacement.length > 0) {
    rows.push([
      'replacement',
      `${retirement.replacement.join(' or ')} (named by the provider; compare before you move)`,
    ])
  }
  if (retirement?.source) rows.push(['source', sourceText(retirement)])
  if (sheet.near.length > 0) rows.push(['near', `Did you mean ${sheet.near.join(', ')}?`])
  return [line(sheet.id), ...rows.map(([name, text]) => `  ${name.padEnd(12)}${line(text)}`)].join('\n')
}

const pinWords = (pin: string, index: number): string =>
  pin.startsWith('+') ? `add ${pin.slice(1)}` : index === 0 ? `${pin} (served today)` : pin

const usd = (rate: number): string =>
  `$${Number.isInteger(Math.round(rate * 1e6) / 1e4) ? rate.toFixed(2) : String(rate)}`

const ratesText = (rates: Rates): string =>
  [
    `${usd(rates.input)} in, ${usd(rates.output)} out per million tokens`,
    ...(rates.cached_input === null ? [] : [`cached ${usd(rates.cached_input)}`]),
    ...(rates.tiered ? ['more for a long input'] : []),
  ].join(', ') + ` (${rates.source})`

function windowText({ context, max_output: output, limits_source: source }: ModelSheet): string {
  if (context === null) return 'not known'
  const answer = output === null ? '' : `, at most ${whole(output)} of them in the answer`
  return `${whole(context)} tokens${answer}${source ? ` (${source})` : ''}`
}

/** `2027-01-14, in 52 days; calls fail after it`, `not before 2027-05-07`, `was shut down on 2026-08-05`. */
function retirementText({ shutdown, precision, after_shutdown: after }: SourcedRetirement, today: string): string {
  if (shutdown === null) return 'announced, without a date'
  const then = {
    error: 'calls fail after it',
    reroute: 'another model answers after it',
    'upgrade-or-error': 'the deployment is upgraded or fails',
  }
  if (precision === 'earliest') return `not before ${shutdown}`
  const days = daysBetween(today, shutdown)
  if (days <= 0) return after === 'error' ? `was shut down on ${shutdown}` : `since ${shutdown}: ${then[after]}`
  return `${shutdown}, in ${plural(days, 'day')}; ${then[after]}`
}

const noDate = ({ channel }: ModelSheet): string => `no date announced${channel ? ` on ${channel}` : ''}`

const sourceText = ({ source, confidence, as_of: asOf }: SourcedRetirement): string =>
  `${source}${asOf ? `, as of ${asOf}` : ''}${confidence === 'second-hand' ? ' (second-hand: check there before acting)' : ''}`

/** Providers with what the catalogue knows of each. */
export function listText(table: CatalogSnapshot): string {
  const rows = [...knownIds(table)].map(([provider, ids]) => {
    const dates = table.retirements.filter((row) => row.channel === channelFor(provider)).length
    const windows = Object.keys(table.limits?.models[provider] ?? {}).length
    return [provider, String(ids.size), String(dates), String(windows)]
  })
  return [
    columns([['provider', 'ids', 'with dates', 'with windows'], ...rows], [1, 2, 3]),
    '',
    `Prices: ${priceSource.name} ${priceSource.version} of ${priceSource.as_of}, and "prices" of assay.yaml.`,
    `Explain one: ${command('models gpt-4o')}   What this registry uses: ${command('models --registry')}`,
    `catalogue as of ${table.as_of}`,
  ].join('\n')
}

/** What the registry uses, worst first. */
export function registryText(rows: readonly ModelInUse[], asOf: string): string {
  if (rows.length === 0) return `No prompt names a model.\ncatalogue as of ${asOf}`
  const cells = rows.map((row) => [
    // A digest fills the line; its first digits tell it apart.
    line(row.model.replace(/([0-9a-f]{12})[0-9a-f]{28,}/, '$1…')),
    row.provider ?? '?',
    words[row.verdict],
    whenText(row),
    row.retirement?.replacement.join(' or ') ?? '',
    row.prompts.length <= 2
      ? row.prompts.map(line).join(', ')
      : `${plural(row.prompts.length, 'prompt')}: ${line(row.prompts[0]!)}, …`,
  ])
  const ending = rows.filter((row) => row.days !== null).length
  return [
    columns([['model', 'provider', 'pinned', 'shutdown', 'replacement', 'used by'], ...cells]),
    '',
    `${plural(rows.length, 'model')}, ${ending} with a shutdown date · catalogue as of ${asOf}`,
  ].join('\n')
}

function whenText({ retirement, days }: ModelInUse): string {
  if (!retirement?.shutdown || days === null) return 'no date'
  const { shutdown, precision, after_shutdown: after } = retirement
  if (precision === 'earliest') return `not before ${shutdown}`
  const what = after === 'reroute' ? 'rerouted' : 'shut down'
  if (days <= 0) return `${what} ${shutdown}`
  return `${shutdown}, in ${plural(days, 'day')}${after === 'reroute' ? ' (rerouted)' : ''}`
}

function columns(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => (right.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
