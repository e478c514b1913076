import { nearest } from '../registry/did-you-mean.ts'
import type { Catalog, CatalogSnapshot, Retirement } from './catalog.ts'
import type { PinVerdict } from './pin.ts'
import { ratesWith, type PriceOptions, type PriceTable, type Rates } from './price.ts'
import { limitRow } from './limits.ts'
import { resolveId } from './provider.ts'
import { channelFor } from './retirement.ts'

/** A date with where it comes from; `confidence` second-hand: compiled by others from the page in `source`. */
export type SourcedRetirement = Retirement & { source: string | null; confidence: string; as_of: string | null }

/** All that is known of one id. */
export type ModelSheet = {
  id: string
  provider: string | null
  channel: string | null
  verdict: PinVerdict
  /** Why, in one sentence. */
  why: string
  pins: string[]
  context: number | null
  max_output: number | null
  limits_source: string | null
  price: Rates | null
  retirement: SourcedRetirement | null
  /** Ids that the catalogue knows and that are spelt like it, when it knows nothing of this one. */
  near: string[]
}

export type DescribeInputs = {
  catalog: Catalog
  table: CatalogSnapshot
  prices: PriceTable | null
  priceOptions: Omit<PriceOptions, 'free'>
  isFree(provider: string): boolean
  channels: Record<string, string>
  defaultProvider: string
}

export function describeModel(text: string, o: DescribeInputs): ModelSheet {
  const id = text.trim()
  const { provider, verdict, pins } = o.catalog.classify(id)
  const asked = provider ?? o.defaultProvider
  const { context, maxOutput } = o.catalog.limits(id, asked)
  const retirement = o.catalog.retirement(id, asked)
  const price = ratesWith(o.prices, asked, id, { ...o.priceOptions, free: o.isFree(asked) })
  const isKnown = verdict !== 'unknown' || context !== null || retirement !== null || price !== null
  return {
    id,
    provider,
    channel: provider && channelFor(provider, o.channels),
    verdict,
    why: whyOf(verdict, provider, pins, retirement),
    pins,
    context,
    max_output: maxOutput,
    limits_source: context === null ? null : limitsSource(id, asked, o),
    price,
    retirement: retirement && sourced(retirement, o.table),
    near: isKnown ? [] : near(resolveId(id).id, o.table),
  }
}

/** A date with the row that it comes from. */
export function sourced(retirement: Retirement, table: CatalogSnapshot): SourcedRetirement {
  const row = table.retirements.findLast(
    ({ channel, model }) => channel === retirement.channel && model === retirement.model,
  )
  const sources = table.sources ?? {}
  const page = Object.hasOwn(sources, retirement.channel) ? sources[retirement.channel]! : null
  return {
    ...retirement,
    source: row ? (row.source ?? page) : 'assay.yaml',
    confidence: row ? (row.confidence ?? 'second-hand') : 'first-party',
    as_of: row?.as_of ?? null,
  }
}

function limitsSource(id: string, provider: string, o: DescribeInputs): string | null {
  const row = limitRow(o.table.limits, id, provider)
  if (!row) return 'assay.yaml'
  return (row.length > 1 ? o.table.limits?.sources['max_output'] : o.table.limits?.sources['context']) ?? null
}

function whyOf(verdict: PinVerdict, provider: string | null, pins: readonly string[], end: Retirement | null): string {
  const [first] = pins
  switch (verdict) {
    case 'pinned':
      return end?.after_shutdown === 'reroute'
        ? 'The id names one fixed build, until the provider reroutes it.'
        : 'The id names one fixed build.'
    case 'alias':
      return first
        ? `An alias: it serves ${first} today, and the provider can change that.`
        : 'An alias: the provider decides which build it serves.'
    case 'moving':
      if (provider === 'ollama') return 'A tag can be pushed again: add the digest.'
      if (provider === 'hf' || provider === 'vllm') return 'A branch can move: add the revision, 40 hex digits.'
      return 'It moves without notice: what it serves today is not what it serves tomorrow.'
    case 'preview':
      return 'A preview: it may change or end within weeks.'
    case 'opaque':
      return 'A name that its owner gave: it does not say which model answers. Add model_version to the prompt file.'
    case 'unknown':
      return 'The catalogue does not know whether the id names one build. Say so under "models" in assay.yaml.'
  }
}

/** All ids that the table names, by provider: aliases, builds, rows with dates on its own channel, rows with limits. */
export function knownIds(table: CatalogSnapshot): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>()
  const add = (provider: string, ids: Iterable<string>) => {
    const set = known.get(provider) ?? new Set<string>()
    for (const id of ids) set.add(id)
    known.set(provider, set)
  }
  for (const [provider, pins] of Object.entries(table.pins)) {
    for (const [alias, builds] of Object.entries(pins)) add(provider, [alias, ...builds])
  }
  for (const [provider, ids] of Object.entries(table.sole)) add(provider, ids)
  for (const [provider, rows] of Object.entries(table.limits?.models ?? {})) add(provider, Object.keys(rows))
  for (const { channel, model } of table.retirements) add(providerOfChannel(channel), [model])
  return new Map([...known].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

const providers = ['azure', 'bedrock', 'google', 'vertex']

const providerOfChannel = (channel: string): string =>
  providers.find((provider) => channelFor(provider) === channel) ?? channel

function near(id: string, table: CatalogSnapshot): string[] {
  const ids = [...new Set([...knownIds(table).values()].flatMap((set) => [...set]))].toSorted()
  const spelt = nearest(id, ids)
  const begun = id.length >= 4 ? ids.filter((other) => other.startsWith(`${id}-`)) : []
  return [...new Set([...begun, ...spelt])].slice(0, 5)
}
