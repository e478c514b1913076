import type { Catalog, CatalogSnapshot, PinVerdict } from '../catalog/catalog.ts'
import { sourced, type SourcedRetirement } from '../catalog/describe.ts'
import { daysBetween } from '../changelog/check.ts'
import { modelSites, retirementOf } from '../lint/model-sites.ts'
import type { Snapshot } from './snapshot.ts'

/** A model that the registry names, where, and when it ends. */
export type ModelInUse = {
  model: string
  provider: string | null
  verdict: PinVerdict
  retirement: SourcedRetirement | null
  /** Until the shutdown; negative: since. null without a date. */
  days: number | null
  prompts: string[]
}

const verdictRank: Record<PinVerdict, number> = { moving: 0, alias: 1, opaque: 2, preview: 3, unknown: 4, pinned: 5 }

/** The models of a registry: the first to be shut down first, then those that are not pinned. */
export function modelsInUse(
  snapshot: Pick<Snapshot, 'prompts' | 'texts' | 'config'>,
  o: { catalog: Catalog; table: CatalogSnapshot; today: string },
): ModelInUse[] {
  const rows = new Map<string, ModelInUse>()
  for (const prompt of snapshot.prompts) {
    if (prompt.status === 'archived') continue
    const around = {
      prompt,
      base: null,
      hasBase: false,
      text: snapshot.texts.get(prompt.path) ?? '',
      catalog: o.catalog,
      config: snapshot.config,
    }
    for (const site of modelSites(around)) {
      const { provider, verdict } = site.classified
      const version = site.model.model_version ? ` ${site.model.model_version}` : ''
      const key = `${provider}\n${site.text}${version}`
      const row = rows.get(key)
      if (row) {
        if (!row.prompts.includes(prompt.path)) row.prompts.push(prompt.path)
        continue
      }
      const end = retirementOf(site, around)
      const retirement = end && sourced(end, o.table)
      const days = retirement?.shutdown ? daysBetween(o.today, retirement.shutdown) : null
      rows.set(key, { model: `${site.text}${version}`, provider, verdict, retirement, days, prompts: [prompt.path] })
    }
  }
  return [...rows.values()].toSorted(
    (a, b) =>
      (a.days ?? 1e9) - (b.days ?? 1e9) ||
      verdictRank[a.verdict] - verdictRank[b.verdict] ||
      (a.model < b.model ? -1 : 1),
  )
}
