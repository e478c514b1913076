import { makeCatalog } from '../../catalog/catalog.ts'
import { describeModel, knownIds } from '../../catalog/describe.ts'
import { loadPriceTable, priceSource } from '../../catalog/price.ts'
import { layeredTable } from '../../node/catalog-cache.ts'
import { modelsInUse } from '../../node/models-in-use.ts'
import { channelFor } from '../../catalog/retirement.ts'
import { providerSettings } from '../../registry/presets.ts'
import { packageVersion } from '../../text/command.ts'
import { line } from '../../text/escape.ts'
import { openProject, openSnapshot } from '../open.ts'
import { emit, json } from '../output.ts'
import type { GlobalOptions, World } from '../world.ts'
import { listText, registryText, sheetText } from './models-text.ts'

/** `assay models`: explains ids; what of this registry is shut down when. Always exit 0: a date is lint's to judge. */
export async function models({
  names,
  options,
  globals,
  world,
}: {
  names: string[]
  options: { registry?: boolean; refresh?: boolean }
  globals: GlobalOptions
  world: World
}): Promise<number> {
  const opened = await openProject(globals, world)
  const { repository, today } = opened
  const snapshot = await openSnapshot(opened)
  const { config } = snapshot
  if (options.refresh) {
    const { refreshTable, refreshOpenaiDates } = await import('../../node/catalog-refresh.ts')
    const o = { now: world.now(), signal: world.signal, today }
    const first = await refreshTable(repository, config, o)
    const { table } = await layeredTable(repository, config.catalog.url)
    const second = await refreshOpenaiDates(repository, config, world.env, table, o)
    for (const { words } of [first, second]) world.err(`${line(words)}\n`)
  }
  const { table, note } = await layeredTable(repository, config.catalog.url)
  if (note) world.err(`${line(note)}\n`)
  const catalog = makeCatalog(table, { models: config.models, channels: config.channels })
  const head = { format: 1, tool: `Assay ${packageVersion}`, catalog_as_of: table.as_of }
  const print = (text: string, value: object) =>
    emit(globals.format === 'json' ? json({ ...head, ...value }) : `${text}\n`, globals, world)

  if (options.registry) {
    const rows = modelsInUse(snapshot, { catalog, table, today })
    await print(registryText(rows, table.as_of), { models: rows })
  } else if (names.length > 0) {
    const sheets = await Promise.all(
      names.map(async (name) =>
        describeModel(name, {
          catalog,
          table,
          prices: await loadPriceTable(),
          priceOptions: { at: new Date(`${today}T12:00:00Z`), prices: config.prices, models: config.models },
          isFree: (provider) => providerSettings(provider, config.providers[provider]).price === 'none',
          channels: config.channels,
          defaultProvider: config.defaults.provider,
        }),
      ),
    )
    await print(`${sheets.map((sheet) => sheetText(sheet, today)).join('\n\n')}\n\ncatalogue as of ${table.as_of}`, {
      models: sheets,
    })
  } else {
    const providers = [...knownIds(table)].map(([provider, ids]) => ({
      provider,
      channel: channelFor(provider, config.channels),
      ids: [...ids].toSorted(),
    }))
    await print(listText(table), { prices: priceSource, providers })
  }
  return 0
}
