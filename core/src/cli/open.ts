import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { AssayError } from '../errors.ts'
import { builtinCatalog, builtinTable, makeCatalog, type Catalog } from '../catalog/catalog.ts'
import { layeredTable } from '../node/catalog-cache.ts'
import { openRepository, runsFolder, type Repository } from '../node/repository.ts'
import { openRunFolder, type RunFolder } from '../node/run-folder.ts'
import { configPath, readSnapshot, type Snapshot } from '../node/snapshot.ts'
import type { Config } from '../registry/config.ts'
import { line } from '../text/escape.ts'
import type { Tree } from '../text/tree.ts'
import { todayOf } from './output.ts'
import type { GlobalOptions, World } from './world.ts'

/** What every command opens first. */
export type Opened = { repository: Repository; cwd: string; today: string; configFile: string; world: World }

export async function openProject(globals: GlobalOptions, world: World): Promise<Opened> {
  const cwd = resolve(world.cwd, globals.cwd ?? '.')
  const repository = await openRepository(cwd)
  return { repository, cwd, today: todayOf(globals, world), configFile: globals.config ?? configPath, world }
}

/** The registry of the work tree. */
export const openSnapshot = ({ repository, configFile }: Opened): Promise<Snapshot> =>
  readSnapshot(repository.tree, { configFile })

/**
 * The table of this version, what a refresh brought before this run, and the entries of assay.yaml over it. When a refresh is
 * due it is started beside the run, which does not wait for it. `tree`: where a mirror in the repository is read.
 */
export async function catalogOf(config: Config, opened: Opened, tree?: Tree): Promise<Catalog> {
  const { repository, world } = opened
  const { table, note } = await layeredTable(repository, config.catalog.url, tree)
  if (note) world.err(`${line(note)}\n`)
  if (config.catalog.refresh !== 'off') {
    const { refreshWhenDue } = await import('../node/catalog-refresh.ts')
    const say = (words: string) => world.err(`${line(words)}\n`)
    void refreshWhenDue(repository, config, say, { now: world.now(), signal: world.signal })
  }
  if (table === builtinTable && Object.keys(config.models).length + Object.keys(config.channels).length === 0) {
    return builtinCatalog
  }
  return makeCatalog(table, { models: config.models, channels: config.channels })
}

/** A new run folder named by time, so that runs sort; never one that is there already. */
export async function newRunFolder({ repository }: Opened, world: World): Promise<RunFolder> {
  const id = new Date(world.now()).toISOString().replaceAll(/[:.]/g, '-')
  const parent = runsFolder(repository)
  await mkdir(parent, { recursive: true })
  for (let n = 1; ; n += 1) {
    const path = join(parent, n === 1 ? id : `${id}-${n}`)
    const made = await mkdir(path).catch((error: NodeJS.ErrnoException) => error)
    if (made === undefined) return openRunFolder(path)
    if (made.code !== 'EEXIST') throw new AssayError('io', `Cannot make ${path}: ${made.message}`, { cause: made })
  }
}

/** Says once what a missing assay.yaml means, as the first line of text output. */
export const noConfigLine = (snapshot: Pick<Snapshot, 'hasConfig'>): string =>
  snapshot.hasConfig ? '' : 'No assay.yaml: defaults are in use.\n'
