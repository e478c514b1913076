import type { ModelRef } from '../registry/prompt-file.ts'
import { encodingNamed, findLimits, type LimitTables, type ModelLimits } from './limits.ts'
import { classifyId, type Classified, type PinTables } from './pin.ts'
import { resolveId } from './provider.ts'
import {
  afterShutdown,
  channelFor,
  findRetirement,
  indexRetirements,
  type Retirement,
  type RetirementRow,
} from './retirement.ts'
import snapshot from './snapshot.json' with { type: 'json' }

export type { ModelLimits } from './limits.ts'
export type { Classified, PinVerdict } from './pin.ts'
export type { Retirement } from './retirement.ts'

/** What Assay knows about models. Both answers depend on id and table only, never on the date or the network. */
export interface Catalog {
  /** The day of the newest fact in the table, for the last line of every report. */
  asOf: string
  /**
   * Whether an id names one fixed build. `provider` is the field of the prompt file; a prefix of the id wins over it. `model`
   * is the object form, whose `digest`, `revision` or `model_version` can pin what the id alone does not.
   */
  classify(id: string, o?: { provider?: string; model?: ModelRef }): Classified
  /**
   * When the id stops answering on the provider's own channel; null when that channel has no row for it. For Azure the id is
   * `retirementId(model)`; `channels` lies over those the catalogue was made with.
   */
  retirement(id: string, provider: string | null, o?: { channels?: Record<string, string> }): Retirement | null
  /** Context window, output limit and tokenizer; `models` of assay.yaml over the table. For Azure the id is `pricedId(model)`. */
  limits(id: string, provider: string | null): ModelLimits
}

/** The dated table: retirement rows by channel, and which fixed ids an alias serves. */
export type CatalogSnapshot = PinTables & {
  format: number
  as_of: string
  /** The page that a channel's rows come from, unless the row names another. */
  sources?: Readonly<Record<string, string>>
  limits?: LimitTables
  retirements: readonly RetirementRow[]
}

/** An entry under `models` in assay.yaml: what its owner knows about an id that the table does not. */
export type ModelOverride = {
  /** The fixed id behind this name; the name itself when it is one. */
  pin?: string | null
  context?: number | null
  max_output?: number | null
  encoding?: string | null
  shutdown?: string | null
  replacement?: string | readonly string[] | null
  after_shutdown?: string | null
  /** Another id whose shutdown ends this one too. */
  retires_with?: string | null
}

/** The parts of assay.yaml that lie over the table. */
export type CatalogOverrides = { models?: Record<string, ModelOverride>; channels?: Record<string, string> }

const mostRemembered = 1000

/** A catalogue of a table and the project's own entries, which win. */
export function makeCatalog(table: CatalogSnapshot, overrides: CatalogOverrides = {}): Catalog {
  const index = indexRetirements(table.retirements)
  const models = overrides.models ?? {}
  const entryOf = (text: string, id: string): ModelOverride | undefined =>
    [text.trim(), id].filter((name) => Object.hasOwn(models, name)).map((name) => models[name])[0]

  const classifyNow: Catalog['classify'] = (text, o = {}) => {
    const own = classifyId(text, table, o)
    const { id } = resolveId(text, o.model?.provider ?? o.provider)
    const pin = entryOf(text, id)?.pin
    if (!pin) return own
    const target = pin === id || pin === text.trim() ? own : classifyId(pin, table)
    // An owner who names a build that the table does not know has answered the question; an alias behind a name stays one.
    const verdict = target === own || target.verdict === 'unknown' ? 'pinned' : target.verdict
    return { provider: own.provider ?? target.provider, verdict, pins: [] }
  }
  // A registry names few models in many files.
  const classified = new Map<string, Classified>()
  const classify: Catalog['classify'] = (text, o = {}) => {
    const key = JSON.stringify([text, o.provider, o.model])
    const known = classified.get(key) ?? classifyNow(text, o)
    if (classified.size < mostRemembered) classified.set(key, known)
    return { ...known, pins: [...known.pins] }
  }

  const retirement = (
    text: string,
    provider: string | null,
    o: { channels?: Record<string, string> } = {},
    seen: readonly string[] = [],
  ): Retirement | null => {
    const channels = { ...overrides.channels, ...o.channels }
    const resolved = resolveId(text, provider)
    const entry = entryOf(text, resolved.id)
    if (entry?.shutdown) {
      return {
        model: resolved.id,
        channel: channelFor(resolved.provider ?? 'assay.yaml', channels),
        shutdown: entry.shutdown,
        precision: 'exact',
        replacement: [entry.replacement ?? []].flat(),
        after_shutdown: afterShutdown(entry.after_shutdown),
      }
    }
    const ends = entry?.retires_with ?? entry?.pin
    const through = ends && ends !== resolved.id && !seen.includes(ends) ? ends : null
    if (through) return retirement(through, provider, o, [...seen, through])
    return findRetirement(index, text, provider, channels)
  }

  const limits = (text: string, provider: string | null, seen: readonly string[] = []): ModelLimits => {
    const { id } = resolveId(text, provider)
    const entry = entryOf(text, id)
    const pin = entry?.pin
    const through = pin && pin !== id && pin !== text.trim() && !seen.includes(pin) ? pin : null
    const known = through ? limits(through, null, [...seen, through]) : findLimits(table.limits, text, provider)
    return {
      context: entry?.context ?? known.context,
      maxOutput: entry?.max_output ?? known.maxOutput,
      encoding: encodingNamed(entry?.encoding) ?? known.encoding,
    }
  }

  return {
    asOf: table.as_of,
    classify,
    retirement: (id, provider, o) => retirement(id, provider, o),
    limits: (id, provider) => limits(id, provider),
  }
}

/** The table with the rows of a provider's own list over it: one model on one channel has one row. */
export const withRows = (table: CatalogSnapshot, rows: readonly RetirementRow[]): CatalogSnapshot =>
  rows.length === 0 ? table : { ...table, retirements: [...table.retirements, ...rows] }

/** The id under which Azure's list holds a model: `model@model_version`; every other model goes by its id. */
export const retirementId = (model: ModelRef): string =>
  model.provider === 'azure' && model.model_version ? `${model.id}@${model.model_version}` : model.id

/** The table that ships with this version. */
export const builtinTable: CatalogSnapshot = snapshot

/** The catalogue of that table alone. */
export const builtinCatalog: Catalog = makeCatalog(builtinTable)
