import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { assay, configText, promptText } from './project.ts'

let folder = ''
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-models-'))))
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), text)
}

test('explains an id', async () => {
  const { out, code } = await assay(folder, ['models', 'gpt-4o'])
  expect(code).toBe(0)
  expect(out).toMatchInlineSnapshot(`
    "gpt-4o
      provider    openai
      pinned      no. An alias: it serves gpt-4o-2024-08-06 today, and the provider can change that.
      pins        gpt-4o-2024-08-06 (served today), gpt-4o-2024-11-20
      price       $2.50 in, $10.00 out per million tokens, cached $1.25 (genai-prices 0.1.8 of 2026-09-23)
      window      128,000 tokens, at most 16,384 of them in the answer (gpt-tokenizer 4.0.0)
      shutdown    2027-01-14, in 52 days; calls fail after it
      replacement gpt-6-luna (named by the provider; compare before you move)
      source      https://developers.openai.com/api/docs/deprecations, as of 2026-10-28 (second-hand: check there before acting)

    catalogue as of 2026-11-10
    "
  `)
})

test('an unknown id has near ones, and a line to paste', async () => {
  const { out } = await assay(folder, ['models', 'gpt-6-lunar'])
  expect(out).toContain('Did you mean gpt-6-luna?')
  expect(out).toContain('prices: { gpt-6-lunar: { input: 0.00, output: 0.00 } }')
})

test('an id from a stranger cannot draw on the terminal', async () => {
  const { out } = await assay(folder, ['models', 'gpt\u001b[31m\u202e'])
  expect(out).not.toContain('\u001b')
  expect(out).not.toContain('\u202e')
})

test('the registry: the first to be shut down first, then what is not pinned', async () => {
  const models = [
    'gpt-4o-2024-11-20',
    'gpt-4.1-2025-04-14',
    'claude-opus-4-1',
    'gemini-2.5-pro',
    'gpt-9',
    'mistral-large-latest',
  ]
  for (const [n, model] of models.entries()) await put(`prompts/v1/p${n}.yaml`, promptText({ model }))
  await put('prompts/v1/again.yaml', promptText({ model: 'gpt-4o-2024-11-20' }))
  const { out, code } = await assay(folder, ['models', '--registry'])
  expect(code).toBe(0)
  expect(out).toMatchInlineSnapshot(`
    "model                 provider   pinned             shutdown                          replacement       used by
    claude-opus-4-1       anthropic  not pinned: alias  shut down 2026-08-05              claude-opus-4-8   prompts/v1/p2.yaml
    gemini-2.5-pro        google     pinned             2026-12-01, in 8 days (rerouted)  gemini-3.8-flash  prompts/v1/p3.yaml
    gpt-4.1-2025-04-14    openai     pinned             2027-01-14, in 52 days            gpt-6-luna        prompts/v1/p1.yaml
    gpt-4o-2024-11-20     openai     pinned             2027-01-14, in 52 days            gpt-6-luna        prompts/v1/again.yaml, prompts/v1/p0.yaml
    mistral-large-latest  mistral    not pinned: moves  no date                                             prompts/v1/p5.yaml
    gpt-9                 openai     unknown            no date                                             prompts/v1/p4.yaml

    6 models, 4 with a shutdown date · catalogue as of 2026-11-10
    "
  `)
  const { json } = await assay(folder, ['models', '--registry', '--format', 'json'])
  expect(json).toMatchObject({ format: 1, catalog_as_of: '2026-11-10' })
  expect(json.models[0]).toMatchObject({
    model: 'claude-opus-4-1',
    days: -110,
    retirement: { confidence: 'second-hand' },
  })
})

test('the list names providers, the price source and its date', async () => {
  const { out } = await assay(folder, ['models'])
  expect(out).toContain('genai-prices 0.1.8 of 2026-09-23')
  const { json } = await assay(folder, ['models', '--format', 'json'])
  expect(json.providers.find((row: { provider: string }) => row.provider === 'azure').channel).toBe('azure-foundry')
})

test('--refresh without address and key says so and exits 0', async () => {
  const { code, err } = await assay(folder, ['models', '--refresh', 'gpt-4o'])
  expect(code).toBe(0)
  expect(err).toContain('There is no public address for the model catalogue yet')
  expect(err).toContain('OPENAI_API_KEY is not set')
})

test('--refresh asks OpenAI for its own dates, and lint goes by them from then on', async () => {
  const server = createServer((_, response) => {
    const data = [
      { id: 'gpt-4o-2024-11-20', object: 'model', created: 1, owned_by: 'system', shutdown_date: '2026-12-01' },
    ]
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ object: 'list', data }))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/v1`
  await put('assay.yaml', `version: 1\nproviders:\n  openai: { base_url: "${url}" }\n`)
  await put('prompts/v1/day.yaml', promptText({ model: 'gpt-4o-2024-11-20' }))
  const before = await assay(folder, ['lint'])
  expect(before.out).toContain('2027-01-14, in 52 days')
  const { err } = await assay(folder, ['models', '--refresh', '--registry'], { env: { OPENAI_API_KEY: 'k' } })
  server.close()
  expect(err).toContain("OpenAI's own list names 1 shutdown date for 1 models.")
  expect((await assay(folder, ['lint'])).out).toContain('2026-12-01, in 8 days')
})

test('a due refresh never changes what a run prints or how it ends', async () => {
  await put('prompts/v1/day.yaml', promptText())
  const plain = await assay(folder, ['lint'])
  // Nobody listens there: the refresh fails beside the run.
  await put('assay.yaml', 'version: 1\ncatalog: { refresh: daily, url: "https://127.0.0.1:9/snapshot.json" }\n')
  const { out, code } = await assay(folder, ['lint'])
  expect(code).toBe(plain.code)
  expect(out).toBe(plain.out.replace('No assay.yaml: defaults are in use.\n', ''))
  // It ends by itself, and the failure is remembered as a try.
  const cache = join(folder, '.assay/cache/catalog.json')
  await expect.poll(() => readFile(cache, 'utf8').catch(() => ''), { timeout: 5_000 }).toContain('checked_at')
})

test('check goes by the models of assay.yaml on the base', async () => {
  await put('assay.yaml', configText('http://127.0.0.1:9/v1', 'models: { local-build: { pin: local-build } }\n'))
  await put('prompts/v1/day.yaml', promptText({ model: 'local/local-build' }))
  expect((await assay(folder, ['check'])).out).not.toContain('model/unknown')
})

test('lint --code finds models and prompts in code; assay.yaml can turn the scan on for good', async () => {
  await put('prompts/v1/day.yaml', promptText())
  await put('src/llm.py', 'client.responses.create(model="gpt-4o", input=text)\n')
  await put('src/test/llm.py', 'client.responses.create(model="gpt-4o", input=text)\n')
  expect((await assay(folder, ['lint'])).out).not.toContain('code/')
  const { out, code } = await assay(folder, ['lint', '--code', 'src/'])
  expect(code).toBe(1)
  expect(out).toContain('src/llm.py:1:31  error  code/unpinned-model')
  expect(out).toContain('1 error in 1 file of code')
  expect(out).not.toContain('src/test')
  await put('assay.yaml', 'version: 1\ncode: { include: ["src/**"] }\nlint: { rules: { "code/*": warning } }\n')
  const configured = await assay(folder, ['lint'])
  expect(configured.out).toContain('src/llm.py:1:31  warning  code/unpinned-model')
  expect(configured.code).toBe(0)
})
