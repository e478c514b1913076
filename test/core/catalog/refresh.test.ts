import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { builtinTable, makeCatalog } from '../../../core/src/catalog/catalog.ts'
import { layeredTable, mirrorOf, readCachedTable } from '../../../core/src/node/catalog-cache.ts'
import {
  refreshFrom,
  refreshOpenaiDates,
  refreshTable,
  refreshWhenDue,
} from '../../../core/src/node/catalog-refresh.ts'
import { openRepository, type Repository } from '../../../core/src/node/repository.ts'
import { defaultConfig, type Config } from '../../../core/src/registry/config.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

const newer = { ...builtinTable, as_of: '2027-01-05' }
const day = 24 * 60 * 60 * 1000
const now = Date.parse('2027-01-06T00:00:00Z')

let folder = ''
let repository: Repository
let handler: Handler
let url = ''
const asked: IncomingMessage[] = []
const server = createServer((request, response) => {
  asked.push(request)
  handler(request, response)
})

beforeEach(async () => {
  asked.length = 0
  folder = await mkdtemp(join(tmpdir(), 'assay-catalog-'))
  repository = await openRepository(folder)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  await rm(folder, { recursive: true, force: true })
})

const serves =
  (body: string, status = 200, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    void response.writeHead(status, headers).end(body)

const refresh = (o: { timeoutMs?: number } = {}) => refreshFrom(`${url}/snapshot.json`, repository, { now, ...o })

describe('a refresh', () => {
  test('keeps a newer table for the next run', async () => {
    handler = serves(JSON.stringify(newer), 200, { etag: '"1"' })
    expect(await refresh()).toEqual({
      ok: true,
      words: 'The model catalogue of 2027-01-05 is in use from the next run on.',
    })
    expect(await readCachedTable(repository)).toMatchObject({ etag: '"1"', table: { as_of: '2027-01-05' } })
    expect(await readdir(join(folder, '.assay/cache'))).toEqual(['catalog.json'])
  })

  test('asks with the tag that it has, and 304 keeps the table', async () => {
    handler = serves(JSON.stringify(newer), 200, { etag: '"1"' })
    await refresh()
    handler = serves('', 304)
    expect(await refresh()).toEqual({ ok: true, words: 'The model catalogue of 2027-01-05 is the newest.' })
    expect(asked[1]!.headers['if-none-match']).toBe('"1"')
    expect((await readCachedTable(repository))?.table?.as_of).toBe('2027-01-05')
  })

  test.each<[string, Handler, string]>([
    ['500', serves('oops', 500), 'answered 500'],
    ['a 304 that nobody asked for', serves('', 304), 'answered 304'],
    [
      'a sign-in page',
      serves('<!doctype html><html></html>'),
      'sent something else: it is a web page, not a catalogue',
    ],
    ['the wrong shape', serves('{"format":1,"as_of":"2027-01-05"}'), 'sent something else: pins is not a table of ids'],
    [
      'half of it',
      (_, response) => void response.writeHead(200, { 'content-length': '99' }).end('{"a":', () => response.destroy()),
      'cannot be reached',
    ],
    ['a dropped line', (_, response) => void response.destroy(), 'cannot be reached'],
    ['more than 2 MiB', serves(`[${'1,'.repeat(1_500_000)}1]`), 'sent more than 2 MiB'],
  ])('%s is one sentence, and the table that was there stays', async (_, answer, why) => {
    handler = serves(JSON.stringify(newer))
    await refresh()
    handler = answer
    const done = await refresh()
    expect(done).toEqual({ ok: false, words: `The model catalogue was not refreshed: ${new URL(url).host} ${why}.` })
    expect((await readCachedTable(repository))?.table?.as_of).toBe('2027-01-05')
  })

  test.each<[string, Handler]>([
    ['before the first byte', () => {}],
    ['in the body', (_, response) => void response.writeHead(200).write('{')],
  ])('a server that hangs %s is left after the timeout', async (_, hang) => {
    handler = hang
    const started = performance.now()
    expect((await refresh({ timeoutMs: 150 })).words).toContain('gave no answer within 0.15 s')
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  test('an endless body is cut, not read', async () => {
    let open = true
    handler = (_, response) => {
      response.on('close', () => (open = false))
      const more = (): void => void (open && response.write('x'.repeat(65_536), more))
      response.writeHead(200)
      more()
    }
    expect((await refresh()).words).toContain('sent more than 2 MiB')
  })
})

describe('catalog.refresh', () => {
  const config = (catalog: Partial<Config['catalog']>) => ({ catalog: { ...defaultConfig.catalog, ...catalog } })
  const run = async (catalog: Partial<Config['catalog']>, at: number) => {
    const said: string[] = []
    const through: typeof fetch = (input, init) => fetch(String(input).replace('https://mirror.example', url), init)
    await refreshWhenDue(repository, config(catalog), (words) => said.push(words), { now: at, fetch: through })
    return said
  }
  const daily = { refresh: 'daily' as const, url: 'https://mirror.example/snapshot.json' }

  test('asks once a day, says nothing when it works, and once when it does not', async () => {
    handler = serves(JSON.stringify(newer))
    expect(await run(daily, now)).toEqual([])
    expect(await run(daily, now + day - 1)).toEqual([])
    expect(asked).toHaveLength(1)
    handler = serves('', 503)
    expect(await run(daily, now + day)).toHaveLength(1)
    // A failure counts as a try: a dead mirror costs one request a day.
    expect(await run(daily, now + day + 1)).toEqual([])
    expect(asked).toHaveLength(2)
    expect(await run({ ...daily, refresh: 'weekly' }, now + 7 * day)).toEqual([])
    expect(asked).toHaveLength(2)
    expect(await run({ ...daily, refresh: 'weekly' }, now + 8 * day)).toHaveLength(1)
  })

  test('off asks nothing, and neither does a mirror in the repository', async () => {
    expect(await run({ ...daily, refresh: 'off' }, now)).toEqual([])
    expect(await run({ refresh: 'daily', url: 'tools/models.json' }, now)).toEqual([])
    expect(asked).toEqual([])
  })

  test('without an address it says that there is none yet', async () => {
    const [words] = await run({ refresh: 'daily', url: null }, now)
    expect(words).toBe(
      'There is no public address for the model catalogue yet: set catalog.url in assay.yaml, or update Assay.',
    )
  })

  test.each(['http://mirror.example/x', 'ftp://x', '/etc/passwd', '../x.json', 'file:///etc/passwd', 'a/../../x'])(
    '%s is refused',
    async (bad) => {
      expect(mirrorOf(bad)).toEqual({ problem: expect.stringContaining(bad) })
      expect((await refreshTable(repository, config({ url: bad }), { now })).ok).toBe(false)
      expect((await layeredTable(repository, bad)).note).toContain('the built-in catalogue is used')
    },
  )

  test('a cache folder that cannot be written is one sentence too', async () => {
    await writeFile(join(folder, '.assay'), 'a file')
    handler = serves(JSON.stringify(newer))
    expect((await run(daily, now))[0]).toMatch(/^The model catalogue was not refreshed: /)
  })
})

describe('layers', () => {
  const address = () => `${url}/snapshot.json`
  const cached = (table: object, of: string) =>
    mkdir(join(folder, '.assay/cache'), { recursive: true }).then(() =>
      writeFile(
        join(folder, '.assay/cache/catalog.json'),
        JSON.stringify({ format: 1, url: of, etag: null, checked_at: '2027-01-06T00:00:00.000Z', table }),
      ),
    )
  const https = 'https://mirror.example/snapshot.json'

  test('a refreshed table of the same address counts when it is newer', async () => {
    await cached(newer, https)
    expect((await layeredTable(repository, https)).table.as_of).toBe('2027-01-05')
    expect((await layeredTable(repository, `${https}?other`)).table.as_of).toBe(builtinTable.as_of)
    expect((await layeredTable(repository, null)).table.as_of).toBe(builtinTable.as_of)
    await cached({ ...builtinTable, as_of: '2020-01-01' }, https)
    expect((await layeredTable(repository, https)).table).toBe(builtinTable)
    await cached({ nonsense: true }, https)
    expect((await layeredTable(repository, https)).table).toBe(builtinTable)
    expect(address()).toContain('127.0.0.1')
  })

  test('a cache that git tracks came with the repository and counts for nothing', async () => {
    await cached(newer, https)
    execFileSync('git', ['init', '--quiet'], { cwd: folder })
    const opened = await openRepository(folder)
    expect((await layeredTable(opened, https)).table.as_of).toBe('2027-01-05')
    execFileSync('git', ['add', '-f', '.assay'], { cwd: folder })
    expect((await layeredTable(opened, https)).table).toBe(builtinTable)
  })

  test('a mirror in the repository is read from the tree that is given', async () => {
    await writeFile(join(folder, 'models.json'), JSON.stringify(newer))
    expect((await layeredTable(repository, './models.json')).table.as_of).toBe('2027-01-05')
    const empty = { list: async () => [], read: async () => new Map() }
    expect((await layeredTable(repository, 'models.json', empty)).note).toContain('there is no such file')
    await writeFile(join(folder, 'models.json'), '<html>')
    expect((await layeredTable(repository, 'models.json')).note).toContain('it is a web page')
  })
})

describe("OpenAI's own dates", () => {
  const config = (): Config => ({ ...defaultConfig, providers: { openai: { base_url: `${url}/v1` } } })
  const ask = (env: Record<string, string> = { OPENAI_API_KEY: 'sk-test-0123456789abcdefghij' }) =>
    refreshOpenaiDates(repository, config(), env, builtinTable, { now, today: '2027-01-06' })

  test('lie over the table for that channel, keep its replacements, and no other channel changes', async () => {
    handler = serves(
      JSON.stringify({
        object: 'list',
        data: [
          { id: 'gpt-4o-2024-11-20', object: 'model', created: 1, owned_by: 'system', shutdown_date: '2027-03-31' },
          { id: 'gpt-4o-2024-08-06', object: 'model', created: 1, owned_by: 'system', shutdown_date: null },
          { id: 'gpt-9-sol', object: 'model', created: 1, owned_by: 'system', shutdown_date: '2029-01-01' },
          { id: 'odd', object: 'model', created: 1, owned_by: 'system', shutdown_date: 'soon' },
        ],
      }),
      200,
      { 'content-type': 'application/json' },
    )
    expect(await ask()).toEqual({ ok: true, words: "OpenAI's own list names 2 shutdown dates for 4 models." })
    expect(asked[0]!.url).toBe('/v1/models')
    const { table } = await layeredTable(repository, null)
    const catalog = makeCatalog(table)
    expect(catalog.retirement('gpt-4o-2024-11-20', 'openai')).toMatchObject({
      shutdown: '2027-03-31',
      replacement: ['gpt-6-luna'],
    })
    expect(catalog.retirement('gpt-9-sol', 'openai')?.shutdown).toBe('2029-01-01')
    expect(catalog.retirement('odd', 'openai')).toBeNull()
    const before = makeCatalog(builtinTable)
    for (const [id, provider] of [
      ['gpt-4o@2024-11-20', 'azure'],
      ['gpt-4o-2024-08-06', 'openai'],
    ] as const) {
      expect(catalog.retirement(id, provider)).toEqual(before.retirement(id, provider))
    }
  })

  test('are not asked without a key', async () => {
    expect(await ask({})).toEqual({
      ok: false,
      words: "OpenAI's own shutdown dates were not asked: OPENAI_API_KEY is not set.",
    })
    expect(asked).toEqual([])
  })

  test.each<[string, Handler]>([
    [
      'a refused key',
      serves(JSON.stringify({ error: { message: 'Incorrect API key provided: sk-test-0123456789abcdefghij' } }), 401),
    ],
    ['a web page', serves('<html>', 200, { 'content-type': 'text/html' })],
    ['a list that is none', serves('{"data":{"a":1}}', 200, { 'content-type': 'application/json' })],
  ])('%s is a sentence without the key', async (_, answer) => {
    handler = answer
    const { ok, words } = await ask()
    expect(ok).toBe(false)
    expect(words).toMatch(/^OpenAI's own/)
    expect(words).not.toContain('sk-test')
    const files = await readdir(join(folder, '.assay/cache')).catch(() => [])
    for (const name of files)
      expect(await readFile(join(folder, '.assay/cache', name), 'utf8')).not.toContain('sk-test')
  })
})
