import { lstat, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { builtinTable, withRows, type CatalogSnapshot } from '../catalog/catalog.ts'
import type { RetirementRow } from '../catalog/retirement.ts'
import { readRows, readSnapshotTable } from '../catalog/snapshot-shape.ts'
import { isJsonObject } from '../text/json.ts'
import type { Tree } from '../text/tree.ts'
import type { Repository } from './repository.ts'

/** A refreshed table, with what the next request needs to know. */
export type CachedTable = { url: string; etag: string | null; checked_at: string; table: CatalogSnapshot | null }

/** What a provider's own list says, by the day it was asked. */
export type CachedDates = { as_of: string; rows: RetirementRow[] }

const tableFile = '.assay/cache/catalog.json'
const datesFile = '.assay/cache/openai-models.json'

/** A larger file is no catalogue. */
export const maxTableBytes = 2 * 1024 * 1024

/**
 * The text of a cache file. A file that git tracks was not written by a refresh: a pull request could bring its own dates
 * along, so it counts for nothing.
 */
async function readCache({ root, git }: Repository, path: string): Promise<unknown> {
  const file = await lstat(join(root, path)).catch(() => null)
  if (!file?.isFile() || file.size > maxTableBytes + 4096) return null
  if (git && (await git.ask(['ls-files', '--', path]))?.trim()) return null
  try {
    return JSON.parse(await readFile(join(root, path), 'utf8'))
  } catch {
    return null
  }
}

async function writeCache({ root }: Repository, path: string, value: unknown): Promise<void> {
  const file = join(root, path)
  await mkdir(dirname(file), { recursive: true })
  // Another run may read at the same time: it sees the old file or the new one.
  const draft = `${file}.${process.pid}.tmp`
  await writeFile(draft, `${JSON.stringify(value)}\n`)
  await rename(draft, file)
}

export async function readCachedTable(repository: Repository): Promise<CachedTable | null> {
  const value = await readCache(repository, tableFile)
  if (!isJsonObject(value) || value['format'] !== 1 || typeof value['url'] !== 'string') return null
  const table = value['table'] ? readSnapshotTable(JSON.stringify(value['table'])) : null
  return {
    url: value['url'],
    etag: typeof value['etag'] === 'string' ? value['etag'] : null,
    checked_at: typeof value['checked_at'] === 'string' ? value['checked_at'] : '',
    table: typeof table === 'string' ? null : table,
  }
}

export const writeCachedTable = (repository: Repository, cached: CachedTable): Promise<void> =>
  writeCache(repository, tableFile, { format: 1, ...cached })

export async function readCachedDates(repository: Repository): Promise<CachedDates | null> {
  const value = await readCache(repository, datesFile)
  if (!isJsonObject(value) || value['format'] !== 1 || typeof value['as_of'] !== 'string') return null
  return { as_of: value['as_of'], rows: readRows(value['rows']) }
}

export const writeCachedDates = (repository: Repository, dates: CachedDates): Promise<void> =>
  writeCache(repository, datesFile, { format: 1, ...dates })

/** Where `catalog.url` points: an address, a file of the repository, or nowhere that is allowed. */
export function mirrorOf(url: string | null): { kind: 'none' | 'address' | 'file'; at: string } | { problem: string } {
  if (url === null || url === '') return { kind: 'none', at: '' }
  if (/^https:\/\//i.test(url)) return { kind: 'address', at: url }
  const isFile = !/^[a-z][a-z0-9+.-]*:/i.test(url) && !url.startsWith('/') && !url.split('/').includes('..')
  if (isFile) return { kind: 'file', at: url.replace(/^\.\//, '') }
  return { problem: `catalog.url must be an https address or a path in the repository, not "${url}"` }
}

/** The table to work with: the built-in one, a newer one from a refresh or a mirror in the repository, a provider's dates over it. */
export async function layeredTable(
  repository: Repository,
  url: string | null,
  tree: Tree = repository.tree,
): Promise<{ table: CatalogSnapshot; note: string | null }> {
  const mirror = mirrorOf(url)
  let note: string | null = null
  let table = builtinTable
  const take = (other: CatalogSnapshot | null) => {
    if (other && other.as_of >= table.as_of) table = other
  }
  if ('problem' in mirror) note = `${mirror.problem}; the built-in catalogue is used.`
  else if (mirror.kind === 'address') {
    const cached = await readCachedTable(repository)
    if (cached?.url === mirror.at) take(cached.table)
  } else if (mirror.kind === 'file') {
    const read = await readMirror(tree, mirror.at)
    if (typeof read === 'string') note = `catalog.url: ${mirror.at}: ${read}; the built-in catalogue is used.`
    else take(read)
  }
  return { table: withRows(table, (await readCachedDates(repository))?.rows ?? []), note }
}

async function readMirror(tree: Tree, path: string): Promise<CatalogSnapshot | string> {
  const [file] = await tree.list([path])
  if (!file || file.path !== path) return 'there is no such file'
  if (file.size > maxTableBytes) return 'it is larger than 2 MiB'
  const bytes = (await tree.read([path])).get(path)
  return bytes ? readSnapshotTable(new TextDecoder().decode(bytes)) : 'it cannot be read'
}
