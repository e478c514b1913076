import type { CatalogSnapshot } from '../catalog/catalog.ts'
import { channelFor, type RetirementRow } from '../catalog/retirement.ts'
import { isDay, readSnapshotTable } from '../catalog/snapshot-shape.ts'
import { lazyClient } from '../eval/providers/openai-client.ts'
import type { Config } from '../registry/config.ts'
import { isJsonObject } from '../text/json.ts'
import { scrub } from '../text/secrets.ts'
import { maxTableBytes, mirrorOf, readCachedTable, writeCachedDates, writeCachedTable } from './catalog-cache.ts'
import { findEndpoint } from './endpoint.ts'
import type { Repository } from './repository.ts'

/** What a refresh did, in one sentence for people. A failure is no error: the table that is there serves. */
export type Refreshed = { ok: boolean; words: string }

export type RefreshOptions = { now: number; fetch?: typeof fetch; timeoutMs?: number; signal?: AbortSignal }

const day = 24 * 60 * 60 * 1000
const every = { off: Infinity, daily: day, weekly: 7 * day }

/**
 * Starts what `catalog.refresh` asks for and calls `say` when it failed. Not awaited by anybody: the run goes on with the
 * table that it has, and the next run finds the new one. A failure counts as a try, so that a dead mirror costs one a day.
 */
export async function refreshWhenDue(
  repository: Repository,
  config: Pick<Config, 'catalog'>,
  say: (words: string) => void,
  o: RefreshOptions,
): Promise<void> {
  try {
    const { refresh, url } = config.catalog
    if (refresh === 'off') return
    const mirror = mirrorOf(url)
    if ('problem' in mirror || mirror.kind === 'file') return
    const checkedAt = mirror.kind === 'none' ? '' : ((await readCachedTable(repository))?.checked_at ?? '')
    const since = o.now - (Date.parse(checkedAt) || 0)
    if (since >= 0 && since < every[refresh]) return
    const done = await refreshTable(repository, config, o)
    if (!done.ok) say(done.words)
  } catch (error) {
    say(`The model catalogue was not refreshed: ${(error as Error).message}.`)
  }
}

/** Asks `catalog.url` for a newer table and keeps it in the cache. */
export async function refreshTable(
  repository: Repository,
  config: Pick<Config, 'catalog'>,
  o: RefreshOptions,
): Promise<Refreshed> {
  const mirror = mirrorOf(config.catalog.url)
  if ('problem' in mirror) return { ok: false, words: `${mirror.problem}.` }
  if (mirror.kind === 'file') return { ok: true, words: `The catalogue is read from ${mirror.at} in every run.` }
  if (mirror.kind === 'none') {
    const words =
      'There is no public address for the model catalogue yet: set catalog.url in assay.yaml, or update Assay.'
    return { ok: false, words }
  }
  return refreshFrom(mirror.at, repository, o)
}

/** `refreshTable` of an address that was checked before. */
export async function refreshFrom(url: string, repository: Repository, o: RefreshOptions): Promise<Refreshed> {
  const before = await readCachedTable(repository)
  const same = before?.url === url && before.table !== null ? before : null
  const found = await download(url, same?.etag ?? null, o)
  const kept = { url, etag: same?.etag ?? null, checked_at: new Date(o.now).toISOString(), table: same?.table ?? null }
  if (found.kind === 'new') {
    await writeCachedTable(repository, { ...kept, etag: found.etag, table: found.table })
    return { ok: true, words: `The model catalogue of ${found.table.as_of} is in use from the next run on.` }
  }
  await writeCachedTable(repository, kept)
  if (found.kind === 'same') return { ok: true, words: `The model catalogue of ${kept.table?.as_of} is the newest.` }
  return { ok: false, words: `The model catalogue was not refreshed: ${new URL(url).host} ${found.why}.` }
}

type Download =
  | { kind: 'new'; table: CatalogSnapshot; etag: string | null }
  | { kind: 'same' }
  | { kind: 'failed'; why: string }

async function download(url: string, etag: string | null, o: RefreshOptions): Promise<Download> {
  const timeoutMs = o.timeoutMs ?? 2_000
  const signals = [AbortSignal.timeout(timeoutMs), ...(o.signal ? [o.signal] : [])]
  try {
    const response = await (o.fetch ?? fetch)(url, {
      headers: { accept: 'application/json', ...(etag ? { 'if-none-match': etag } : {}) },
      signal: AbortSignal.any(signals),
    })
    if (response.status === 304 && etag) return { kind: 'same' }
    if (!response.ok) {
      await response.body?.cancel()
      return { kind: 'failed', why: `answered ${response.status}` }
    }
    const text = await readCapped(response)
    if (text === null) return { kind: 'failed', why: 'sent more than 2 MiB' }
    const table = readSnapshotTable(text)
    if (typeof table === 'string') return { kind: 'failed', why: `sent something else: ${table}` }
    return { kind: 'new', table, etag: response.headers.get('etag') }
  } catch (error) {
    const isLate = (error as Error).name === 'TimeoutError'
    return { kind: 'failed', why: isLate ? `gave no answer within ${timeoutMs / 1000} s` : `cannot be reached` }
  }
}

async function readCapped(response: Response): Promise<string | null> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    // Leaving the loop cancels the rest.
    if (bytes > maxTableBytes) return null
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/**
 * Asks OpenAI for its list of models and keeps the shutdown dates that it names: first-party, so they lie over the table's
 * rows for that channel. Replacements stay the table's, because the list names none.
 */
export async function refreshOpenaiDates(
  repository: Repository,
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  table: CatalogSnapshot,
  o: RefreshOptions & { today: string },
): Promise<Refreshed> {
  const endpoint = findEndpoint('openai', config, env, { ask: 'if-key' })
  const { settings, secret, missing } = endpoint
  if (secret === null || settings.base_url === null) {
    return { ok: false, words: `OpenAI's own shutdown dates were not asked: ${missing}.` }
  }
  const client = lazyClient({ settings, apiKey: secret, ...(o.fetch ? { fetch: o.fetch } : {}) })
  try {
    const signal = o.signal ? { signal: o.signal } : {}
    const answer: unknown = await (await client()).get('/models', { timeout: o.timeoutMs ?? 10_000, ...signal })
    const models = isJsonObject(answer) ? answer['data'] : undefined
    if (!Array.isArray(models)) throw new Error('the answer is no list of models')
    const channel = channelFor('openai', config.channels)
    const known = new Map(table.retirements.filter((row) => row.channel === channel).map((row) => [row.model, row]))
    const rows = models.flatMap((model): RetirementRow[] => {
      const { id, shutdown_date: date } = isJsonObject(model) ? model : {}
      const shutdown = typeof date === 'string' ? date.slice(0, 10) : null
      if (typeof id !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(id) || shutdown === null || !isDay(shutdown)) return []
      const { precision: _, ...row } = known.get(id) ?? { channel, model: id }
      const source = `${settings.base_url}/models`
      return [{ ...row, shutdown, confidence: 'first-party', source, as_of: o.today }]
    })
    await writeCachedDates(repository, { as_of: o.today, rows })
    const named = rows.length === 1 ? '1 shutdown date' : `${rows.length} shutdown dates`
    return { ok: true, words: `OpenAI's own list names ${named} for ${models.length} models.` }
  } catch (error) {
    const words = scrub(
      String((error as Error).message ?? error)
        .split('\n')[0]!
        .slice(0, 200),
      [secret],
    )
    return { ok: false, words: `OpenAI's own shutdown dates could not be read: ${words}` }
  }
}
