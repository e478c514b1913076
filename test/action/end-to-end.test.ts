import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Verdict } from '@assay/core'
import { bundle } from '../../action/build.ts'
import { startLoopbackProvider } from '../stand-ins/loopback-provider.ts'
import type { ActionResult } from './runner.ts'
import {
  after,
  baseFiles,
  before,
  caseIds,
  closeScenes,
  config,
  goldenPath,
  lineOf,
  openScene,
  prompt,
  promptPath,
  right,
  tape,
  tapePath,
  wrongFor,
  type Scene,
} from './scene.ts'

let dist: string
let main: string
beforeAll(async () => {
  dist = mkdtempSync(join(tmpdir(), 'assay-dist-'))
  await bundle(dist)
  main = join(dist, 'index.mjs')
})
afterAll(async () => {
  await closeScenes()
  rmSync(dist, { recursive: true, force: true })
})

const bad = ['parcel-late', 'wrong-colour', 'at-customs']
const good = { [promptPath]: after, [tapePath]: tape([before, right], [after, right]) }
const worse = { [promptPath]: after, [tapePath]: tape([before, right], [after, wrongFor(...bad)]) }
const open = (o: Omit<Parameters<typeof openScene>[0], 'main'>) => openScene({ main, ...o })
const reportOf = (result: ActionResult): Verdict => JSON.parse(readFileSync(result.outputs['report-path']!, 'utf8'))
const ours = ({ github }: Scene) => github.state.comments.filter(({ body }) => body.includes('<!-- assay:comment v1'))
const writes = ({ github }: Scene) => github.requests.filter(({ method }) => method !== 'GET')

/** No test may meet a route that GitHub does not have, and no run may leave a word outside of the log. */
function expectSound(scene: Scene, ...results: ActionResult[]): void {
  expect(scene.github.unknownRoutes).toEqual([])
  for (const { stderr } of results) expect(stderr).toBe('')
}

describe('what a pull request sees', () => {
  test.concurrent('a change that keeps all answers passes, with one comment and all outputs', async () => {
    await using scene = await open({ head: good })
    await using result = await scene.run()
    expect(result.exitCode, result.stdout).toBe(0)
    expect(result.outputs).toMatchObject({
      verdict: 'pass',
      reason: 'no-change-detected',
      passed: '12',
      total: '12',
      missing: '0',
      broken: '0',
      'cost-usd': '0.000000',
      'base-sha': scene.base,
      'head-sha': scene.head,
    })
    const [comment] = ours(scene)
    expect(comment!.body).toMatch(/^\*\*Assay: ready to merge, look first\*\* · answers recorded by the author: /)
    expect(comment!.body.split('\n').at(-1)).toMatch(
      new RegExp(
        `^<!-- assay:comment v1 id=default head=${scene.head} run=1001\\.1 verdict=pass digest=[0-9a-f]{16} -->$`,
      ),
    )
    expect(result.outputs['comment-url']).toBe(`${scene.github.url}/acme/app/pull/7#issuecomment-${comment!.id}`)
    expect(result.summary).toContain('**Assay: ready to merge, look first**')
    expect(result.annotations).toEqual([])
    expect(reportOf(result)).toMatchObject({ verdict: 'pass', base: { commit: scene.base, label: 'main' } })
    expect(scene.github.requests.length).toBeLessThanOrEqual(20)
    expectSound(scene, result)
  })

  test.concurrent('a regression exits 1, with expected against got in the comment and at the case', async () => {
    await using scene = await open({ head: worse })
    await using result = await scene.run()
    expect(result.exitCode, result.stdout).toBe(1)
    expect(result.outputs).toMatchObject({ verdict: 'blocked', reason: 'broken', passed: '9', broken: '3' })
    const [comment] = ours(scene)
    expect(comment!.body).toContain('12/12 → 9/12')
    expect(comment!.body).toContain('- "category": "delivery"   expected\n+ "category": "other-stuff"   head')
    expect(comment!.body).toContain(`/acme/app/blob/${scene.head}/prompts/golden/triage.yaml#L${lineOf('parcel-late')}`)
    expect(result.annotations).toEqual(
      bad.map((id) => ({
        level: 'error',
        title: `triage: ${id}`,
        file: goldenPath,
        line: lineOf(id),
        message: 'category: expected "delivery", got "other-stuff" (base 9/9, head 0/9)',
      })),
    )
    expectSound(scene, result)
  })

  test.concurrent('a second push edits the same comment', async () => {
    await using scene = await open({ own: true, head: worse })
    await using first = await scene.run()
    const [created] = ours(scene)
    const head = await scene.push({ [tapePath]: good[tapePath]! })
    await using second = await scene.run()
    expect([first.exitCode, second.exitCode], second.stdout).toEqual([1, 0])
    expect(ours(scene)).toMatchObject([{ id: created!.id }])
    expect(ours(scene)[0]!.body).toContain('**Assay: ready to merge, look first**')
    expect(ours(scene)[0]!.body).toContain(`head=${head} run=1002.1 verdict=pass`)
    expect(second.outputs['comment-url']).toBe(first.outputs['comment-url'])
    expectSound(scene, first, second)
  })

  test.concurrent('without a golden set only the text is checked, and the headline says so', async () => {
    const { [goldenPath]: _golden, [tapePath]: _tape, ...base } = baseFiles
    await using scene = await open({ base, head: { [promptPath]: after } })
    await using result = await scene.run()
    expect(result.exitCode, result.stdout).toBe(0)
    expect(result.outputs).toMatchObject({ verdict: 'pass', reason: 'no-golden-cases', total: '0' })
    expect(ours(scene)[0]!.body).toMatch(
      /^\*\*Assay: ready to merge, look first\*\* · no golden cases: only the text was checked/,
    )
    expectSound(scene, result)
  })

  test.concurrent('a lint error is annotated at its line', async () => {
    const text = prompt('1.1.0', 'Choose well.', { model: 'gpt-4o-mini' })
    await using scene = await open({ head: { [promptPath]: text } })
    await using result = await scene.run()
    expect(result.exitCode, result.stdout).toBe(1)
    expect(result.outputs).toMatchObject({ verdict: 'blocked', reason: 'lint' })
    expect(result.annotations).toContainEqual(
      expect.objectContaining({
        level: 'error',
        title: 'model/unpinned',
        file: promptPath,
        line: 2,
        endLine: 2,
        col: 8,
      }),
    )
    expect(ours(scene)[0]!.body).toContain('<code>model/unpinned</code>')
    expectSound(scene, result)
  })

  test.concurrent('answers that nobody recorded are no verdict: exit 3 with the command that records them', async () => {
    await using scene = await open({ head: { [promptPath]: after } })
    await using result = await scene.run()
    expect(result.exitCode, result.stdout).toBe(3)
    expect(result.outputs).toMatchObject({ verdict: 'incomplete', reason: 'missing-answers', missing: '12' })
    const told = /npx -y @assay\/core@\S+ record triage --base main/
    expect(result.annotations[0]).toMatchObject({
      level: 'error',
      file: promptPath,
      message: expect.stringMatching(told),
    })
    expect(result.stdout).toContain('OPENAI_API_KEY')
    expectSound(scene, result)
  })

  test.concurrent('nothing to check makes no comment, and brings an existing one up to date', async () => {
    await using scene = await open({ head: { 'README.md': 'words' } })
    await using first = await scene.run()
    expect([first.exitCode, first.outputs.reason]).toEqual([0, 'nothing-to-check'])
    expect(ours(scene)).toEqual([])
    await using asked = await scene.run({ inputs: { comment: 'on' } })
    expect(asked.exitCode).toBe(0)
    expect(ours(scene)[0]!.body).toContain('**Assay: nothing to check**')
    await using again = await scene.run()
    expect(again.outputs['comment-url']).toBe(asked.outputs['comment-url'])
    expect(ours(scene)).toHaveLength(1)
    await using off = await scene.run({ inputs: { comment: 'off' } })
    expect(off.outputs['comment-url']).toBe('')
    expectSound(scene, first, asked, again, off)
  })
})

describe('where the two versions come from', () => {
  const routes = (scene: Scene) =>
    scene.github.requests.map(({ method, path }) => `${method} ${path.replace(/[?].*/, '')}`)

  test.concurrent('a shallow checkout: the base from GitHub, the files by one fetch', async () => {
    await using scene = await open({ head: worse })
    await using result = await scene.run({ checkout: 'shallow' })
    expect(result.exitCode, result.stdout).toBe(1)
    expect(result.outputs).toMatchObject({ reason: 'broken', 'base-sha': scene.base, 'head-sha': scene.head })
    expect(routes(scene)).toContain(`GET /repos/acme/app/compare/main...${scene.head}`)
    expect(routes(scene).filter((route) => route.includes('/git/'))).toEqual([])
    expectSound(scene, result)
  })

  test.concurrent('a shallow checkout whose remote refuses: the files through the API', async () => {
    await using scene = await open({ head: worse })
    const workspace = await scene.repo.shallowClone('refs/pull/7/merge', scene.bare)
    await scene.repo.git('-C', workspace, 'remote', 'set-url', 'origin', join(scene.bare, 'gone'))
    await using result = await scene.run({ workspace })
    expect(result.exitCode, result.stdout).toBe(1)
    expect(result.outputs).toMatchObject({ reason: 'broken', 'base-sha': scene.base })
    const blobs = routes(scene).filter((route) => route.includes('/git/blobs/'))
    expect(blobs.length).toBeGreaterThan(0)
    // Equal files of both sides are read once.
    expect(new Set(blobs).size).toBe(blobs.length)
    expectSound(scene, result)
  })

  test.concurrent('no checkout at all, in a repository too large for one list', async () => {
    await using scene = await open({ head: good })
    scene.github.state.maxTreeEntries = 5
    await using result = await scene.run({ checkout: 'none' })
    expect(result.exitCode, result.stdout).toBe(0)
    expect(result.outputs).toMatchObject({ verdict: 'pass', passed: '12', 'base-sha': scene.base })
    expectSound(scene, result)
  })

  test.concurrent('without a token and without history there is no base: exit 2, never a pass', async () => {
    await using scene = await open({ head: good })
    await using result = await scene.run({ checkout: 'shallow', inputs: { 'github-token': '' } })
    expect(result.exitCode).toBe(2)
    expect(result.outputs).toMatchObject({ verdict: 'error', reason: '' })
    expect(reportOf(result)).toMatchObject({ verdict: 'error', exit: 2 })
    expect(result.annotations).toMatchObject([{ level: 'error', message: expect.stringContaining('fetch-depth: 0') }])
    expect(scene.github.requests).toEqual([])
  })

  test.concurrent('without a token a whole checkout gives the verdict in log and summary', async () => {
    await using scene = await open({ head: worse })
    await using result = await scene.run({ inputs: { 'github-token': '' } })
    expect(result.exitCode).toBe(1)
    expect(result.summary).toContain('12/12 → 9/12')
    expect(scene.github.requests).toEqual([])
  })

  test.concurrent('a base that does not exist is wrong input', async () => {
    await using scene = await open({ head: good })
    await using result = await scene.run({ inputs: { base: 'release/9' } })
    expect(result.exitCode).toBe(2)
    expect(result.annotations[0]!.message).toContain('base: "release/9" was not found here or on GitHub')
    expect(ours(scene)).toEqual([])
    expectSound(scene, result)
  })
})

describe('the one comment', () => {
  test.concurrent('it is found behind 150 others', async () => {
    await using scene = await open({ head: good })
    for (let n = 1; n <= 150; n++) scene.github.addComment({ issue: 7, body: `comment ${n}` })
    await using first = await scene.run()
    await using second = await scene.run()
    expect(ours(scene)).toHaveLength(1)
    expect(ours(scene)[0]!.body).toContain('run=1002.1')
    expectSound(scene, first, second)
  })

  test.concurrent('a marker of somebody else, or one that is not the last line, is ignored', async () => {
    await using scene = await open({ head: good })
    const marker = `<!-- assay:comment v1 id=default head=${scene.head} run=9999.1 verdict=pass digest=${'0'.repeat(16)} -->`
    scene.github.addComment({ issue: 7, user: 'mallory', body: `**Assay: ready to merge**\n${marker}` })
    scene.github.addComment({ issue: 7, user: 'github-actions[bot]', body: `${marker}\nquoted by another workflow` })
    const later = marker.replace('v1', 'v2')
    scene.github.addComment({ issue: 7, user: 'github-actions[bot]', body: `of a later version\n${later}` })
    await using result = await scene.run()
    expect(scene.github.state.comments).toHaveLength(4)
    expect(scene.github.state.comments[0]!.body).toContain('run=9999.1')
    expect(scene.github.state.comments[2]!.body).toContain('v2 id=default')
    expect(scene.github.state.comments[3]).toMatchObject({ user: { login: 'github-actions[bot]' } })
    expectSound(scene, result)
  })

  test.concurrent('an older run leaves the comment of a newer one', async () => {
    await using scene = await open({ head: good })
    await using newer = await scene.run({ runId: '20000000000000000001' })
    await using older = await scene.run({ runId: '9000000000000000000' })
    await using retried = await scene.run({ runId: '20000000000000000001', runAttempt: '2' })
    expect([newer.exitCode, older.exitCode, retried.exitCode]).toEqual([0, 0, 0])
    expect(older.stdout).toContain('that of a newer run')
    expect(older.outputs['comment-url']).toBe(newer.outputs['comment-url'])
    expect(ours(scene)).toHaveLength(1)
    expect(ours(scene)[0]!.body).toContain('run=20000000000000000001.2')
    expectSound(scene, newer, older, retried)
  })

  test.concurrent('a run whose head was left behind writes nothing', async () => {
    await using scene = await open({ own: true, head: worse })
    const stale = scene.head
    const event = {
      number: 7,
      pull_request: {
        number: 7,
        head: { ref: 'change', sha: stale, repo: { full_name: 'acme/app' } },
        base: { ref: 'main', sha: await scene.repo.sha('main'), repo: { full_name: 'acme/app' } },
      },
    }
    await scene.push({ [tapePath]: good[tapePath]! })
    await using result = await scene.run({ event })
    expect(result.exitCode).toBe(1)
    expect(result.outputs['head-sha']).toBe(stale)
    expect(result.stdout).toContain('a newer commit is being checked')
    expect(writes(scene)).toEqual([])
    expectSound(scene, result)
  })

  test.concurrent('one that was deleted is made again; closed pull requests get none', async () => {
    await using scene = await open({ head: good })
    await using first = await scene.run()
    scene.github.state.comments.length = 0
    await using second = await scene.run()
    expect(ours(scene)).toHaveLength(1)
    expect(second.outputs['comment-url']).not.toBe(first.outputs['comment-url'])
    scene.github.state.pulls[0]!.state = 'closed'
    await using third = await scene.run()
    expect(third.outputs['comment-url']).toBe('')
    expect(third.summary).toContain('**Assay: ready to merge')
    expectSound(scene, first, second, third)
  })

  test.concurrent('two comments of a race become one', async () => {
    await using scene = await open({ head: good })
    const marker = `<!-- assay:comment v1 id=default head=${scene.head} run=1000.1 verdict=pass digest=${'0'.repeat(16)} -->`
    let first: number | undefined
    scene.github.fault(
      ({ method }) => {
        // Between our list and our create the other job has created its own.
        if (method === 'POST' && first === undefined)
          first = scene.github.addComment({ issue: 7, user: 'github-actions[bot]', body: `other\n${marker}` }).id
        return false
      },
      { kind: 'reset' },
    )
    await using result = await scene.run()
    expect(result.exitCode).toBe(0)
    expect(ours(scene)).toMatchObject([{ id: first, body: expect.stringContaining('run=1001.1') }])
    expect(result.outputs['comment-url']).toContain(String(first))
    expectSound(scene, result)
  })

  test.concurrent('a personal token owns its comment by its own login', async () => {
    await using scene = await open({ head: good, github: { user: 'release-bot' } })
    await using first = await scene.run()
    await using second = await scene.run()
    expect(ours(scene)).toMatchObject([{ user: { login: 'release-bot' } }])
    expectSound(scene, first, second)
  })

  test.concurrent('the token of an app is told how to find its comment again', async () => {
    await using scene = await open({ head: good, github: { user: 'acme-app[bot]' } })
    await using first = await scene.run()
    expect(first.stdout).toContain('Set comment-author: "acme-app[bot]"')
    await using second = await scene.run({ inputs: { 'comment-author': 'acme-app[bot]' } })
    expect(ours(scene)).toHaveLength(1)
    expect(second.outputs['comment-url']).toBe(first.outputs['comment-url'])
    expectSound(scene, first, second)
  })
})

describe('when GitHub says no', () => {
  test.concurrent('without pull-requests: write the verdict stands in the summary', async () => {
    const permissions = { contents: 'read', 'pull-requests': 'read' } as const
    await using scene = await open({ head: worse, github: { permissions } })
    await using result = await scene.run()
    expect(result.exitCode).toBe(1)
    expect(result.stdout).toContain('Could not comment: the token lacks pull-requests: write (normal on forks)')
    expect(result.summary).toContain('12/12 → 9/12')
    expect(result.summary).toContain('Could not comment')
    expect(result.annotations).toHaveLength(3)
    expect(result.outputs).toMatchObject({ verdict: 'blocked', 'comment-url': '' })
    expect(writes(scene)).toHaveLength(1)
    expectSound(scene, result)
  })

  test.concurrent('a refused token, a locked conversation and no permission at all change no exit code', async () => {
    await using scene = await open({ head: worse })
    await using refused = await scene.run({ inputs: { 'github-token': 'stale' } })
    expect([refused.exitCode, refused.stdout.includes('github-token was refused')]).toEqual([1, true])
    scene.github.state.pulls[0]!.locked = true
    await using locked = await scene.run()
    expect([locked.exitCode, locked.stdout.includes('issue is locked')]).toEqual([1, true])
    await using none = await open({ head: worse, github: { permissions: {} } })
    await using result = await none.run()
    expect([result.exitCode, result.summary.includes('Could not comment')]).toEqual([1, true])
    expectSound(scene, refused, locked)
    expectSound(none, result)
  })

  test.concurrent.each(['html', 'reset'] as const)(
    'an outage (%s) while creating leaves one comment, whether it was carried out or not',
    async (kind) => {
      for (const late of [true, false]) {
        await using scene = await open({ head: good })
        scene.github.fault('POST /repos/acme/app/issues/7/comments', { kind, late })
        await using result = await scene.run()
        expect([result.exitCode, ours(scene).length]).toEqual([0, 1])
        expect(result.outputs['comment-url']).toContain(String(ours(scene)[0]!.id))
        expectSound(scene, result)
      }
    },
  )

  test.concurrent('a body that is refused is posted short, and the summary holds it all', async () => {
    await using scene = await open({ head: worse })
    const fault = { kind: 'status', status: 422, body: { message: 'Validation Failed' } } as const
    scene.github.fault('POST /repos/acme/app/issues/7/comments', fault)
    await using result = await scene.run()
    expect(ours(scene)[0]!.body.split('\n')).toHaveLength(6)
    expect(result.summary).toContain('What got worse')
    scene.github.fault('PATCH *', { ...fault, times: 2 })
    await using second = await scene.run()
    expect(second.exitCode).toBe(1)
    expect(second.stdout).toContain('Could not comment: GitHub said 422, Validation Failed')
    expectSound(scene, result, second)
  })

  test.concurrent('pages of a proxy with status 200 are named, not a crash', async () => {
    await using scene = await open({ head: worse })
    scene.github.fault('GET /repos/acme/app/issues/7/comments*', { kind: 'html', status: 200 })
    await using result = await scene.run()
    expect(result.exitCode).toBe(1)
    expect(result.stdout).toContain(
      'GitHub sent no usable answer to GET /repos/{owner}/{repo}/issues/{number}/comments',
    )
    expectSound(scene, result)
  })

  test.concurrent('a primary limit is not waited for', async () => {
    await using scene = await open({ head: worse })
    scene.github.fault('POST *', { kind: 'primary-limit', times: 9 })
    await using result = await scene.run()
    expect(result.exitCode).toBe(1)
    expect(result.stdout).toContain('API rate limit exceeded')
    expect(writes(scene)).toHaveLength(1)
    expectSound(scene, result)
  })

  test.concurrent('a GitHub that hangs keeps no verdict back', { timeout: 120_000 }, async () => {
    await using scene = await open({ head: worse })
    scene.github.fault('GET /repos/acme/app/pulls/7', { kind: 'hang', times: 9 })
    await using result = await scene.run({ timeoutMs: 90_000 })
    expect(result.exitCode).toBe(1)
    expect(result.stdout).toContain('Could not comment: GitHub did not answer (no answer in time)')
    expect(result.summary).toContain('12/12 → 9/12')
    expect(result.outputs.verdict).toBe('blocked')
    expectSound(scene, result)
  })

  test.concurrent('a proxy for the outside world is no matter for a GitHub on this machine', async () => {
    await using scene = await open({ head: good })
    await using result = await scene.run({ env: { https_proxy: 'http://127.0.0.1:9' } })
    expect([result.exitCode, ours(scene).length]).toEqual([0, 1])
    expectSound(scene, result)
  })

  test.concurrent('one request that hangs is asked again', { timeout: 60_000 }, async () => {
    await using scene = await open({ head: good })
    scene.github.fault('GET /repos/acme/app/pulls/7', { kind: 'hang' })
    await using result = await scene.run({ timeoutMs: 50_000 })
    expect([result.exitCode, ours(scene).length]).toEqual([0, 1])
    expectSound(scene, result)
  })
})

describe('keys, forks and hostile text', () => {
  test.concurrent('what the author of a fork recorded never counts', async () => {
    await using scene = await open({
      head: good,
      headRepo: 'mallory/app',
      github: { permissions: { contents: 'read' } },
    })
    await using result = await scene.run()
    expect(result.exitCode, result.stdout).toBe(3)
    expect(result.outputs).toMatchObject({ verdict: 'incomplete', reason: 'missing-answers' })
    expectSound(scene, result)
  })

  const key = 'sk-proj-Zx9_Qw8-Er7Ty6Ui5Op4As3Df2'
  const withProvider = (url: string) => `${config}providers: { openai: { base_url: "${url}", adapter: chat } }\n`
  const surfaces = (scene: Scene, result: ActionResult) =>
    JSON.stringify([
      result.stdout.replaceAll(/^::add-mask::.*$/gm, ''),
      result.stderr,
      result.summary,
      result.outputs,
      readFileSync(result.outputs['report-path']!, 'utf8'),
      writes(scene).map(({ body }) => body),
    ])

  test.concurrent.each([key, 'a_key-of_no-known_shape'])(
    'with a key the missing answers are measured, and the key is on no surface (%#)',
    async (secret) => {
      await using provider = await startLoopbackProvider(({ prompt: ticket, headers }) =>
        // A model, or a proxy before it, that gives back what it was sent.
        ticket.includes('parcel')
          ? JSON.stringify({ category: headers.authorization!.replace('Bearer ', '') })
          : '{"category":"billing"}',
      )
      const base = { ...baseFiles, 'assay.yaml': withProvider(provider.url), [tapePath]: '' }
      await using scene = await open({ base, head: { [promptPath]: after } })
      await using result = await scene.run({ env: { OPENAI_API_KEY: secret } })
      expect(provider.requests.length, result.stdout).toBeGreaterThanOrEqual(1)
      expect(provider.requests[0]!.headers.authorization).toBe(`Bearer ${secret}`)
      expect(result.masks).toContain(secret)
      for (const form of [secret, Buffer.from(secret).toString('base64'), secret.replaceAll('_', '&#95;')])
        expect(surfaces(scene, result)).not.toContain(form)
      expectSound(scene, result)
    },
  )

  test.concurrent('measured answers decide, and are kept for the next run', async () => {
    await using provider = await startLoopbackProvider(() => '{"category":"delivery"}')
    const base = { ...baseFiles, 'assay.yaml': withProvider(provider.url), [tapePath]: '' }
    await using scene = await open({ base, head: { [promptPath]: after } })
    await using result = await scene.run({ env: { OPENAI_API_KEY: key } })
    expect(result.exitCode, result.stdout).toBe(0)
    expect(reportOf(result).prompts[0]!.comparison!.head.evidence.measured).toBeGreaterThanOrEqual(12)
    expect(ours(scene)[0]!.body).toContain('12 measured')
    const asked = provider.requests.length
    await using again = await scene.run({ env: { OPENAI_API_KEY: key }, temp: result.temp })
    expect([again.exitCode, provider.requests.length]).toEqual([0, asked])
    expectSound(scene, result, again)
  })

  test.concurrent('an address that the pull request brings gets no connection', async () => {
    await using wanted = await startLoopbackProvider(() => '{"category":"delivery"}')
    await using thief = await startLoopbackProvider(() => '{"category":"delivery"}')
    const base = { ...baseFiles, 'assay.yaml': withProvider(wanted.url), [tapePath]: '' }
    await using scene = await open({ base, head: { [promptPath]: after, 'assay.yaml': withProvider(thief.url) } })
    await using result = await scene.run({ env: { OPENAI_API_KEY: key } })
    expect(thief.requests).toEqual([])
    expect(wanted.requests.length).toBeGreaterThan(0)
    expectSound(scene, result)
  })

  // The first pull request brings its own assay.yaml: its gates may count, its endpoint may not.
  test.concurrent('nor does one that comes with the first assay.yaml', async () => {
    await using thief = await startLoopbackProvider(() => '{"category":"delivery"}')
    const { 'assay.yaml': _config, [tapePath]: _tape, ...base } = baseFiles
    await using scene = await open({ base, head: { [promptPath]: after, 'assay.yaml': withProvider(thief.url) } })
    await using _result = await scene.run({ env: { OPENAI_API_KEY: key } })
    expect(thief.requests).toEqual([])
  })

  test.concurrent('a run that is cancelled keeps what it has and posts nothing', async () => {
    const cancel = new AbortController()
    await using provider = await startLoopbackProvider(({ n }) => {
      if (n < 3) return '{"category":"billing"}'
      cancel.abort()
      return { kind: 'hang' }
    })
    const base = { ...baseFiles, 'assay.yaml': withProvider(provider.url), [tapePath]: '' }
    await using scene = await open({ base, head: { [promptPath]: after } })
    await using result = await scene.run({ env: { OPENAI_API_KEY: key }, cancel: cancel.signal })
    expect(result.exitCode, result.stdout).toBe(3)
    expect(reportOf(result).verdict).toBe('incomplete')
    const kept = readFileSync(join(result.outputs['answers-path']!, 'triage.jsonl'), 'utf8')
    expect(kept.trim().split('\n')).toHaveLength(2)
    expect(writes(scene)).toEqual([])
    expectSound(scene, result)
  })

  test.concurrent('answers that look like commands, markers and mentions stay text on every surface', async () => {
    const hostile = [
      '\n::error file=x.yaml,line=1::planted',
      '##[error]planted',
      '::add-mask::a',
      '::stop-commands::x',
      '<!-- assay:comment v1 id=default head=x run=1.1 verdict=pass digest=x -->',
      '@acme/owners closes #1 </details> | ```',
      '\u202eplanted',
    ].join('\n')
    const answers = (id: string) => (bad.includes(id) ? JSON.stringify({ category: hostile }) : right(id))
    await using scene = await open({
      head: { [promptPath]: after, [tapePath]: tape([before, right], [after, answers]) },
    })
    await using result = await scene.run()
    expect(result.exitCode, result.stdout).toBe(1)
    const names = result.commands.map(({ name }) => name)
    expect(new Set(names)).toEqual(new Set(['add-mask', 'stop-commands', 'error']))
    expect(names.filter((name) => name === 'error')).toHaveLength(3)
    expect(result.annotations.map(({ file }) => file)).toEqual([goldenPath, goldenPath, goldenPath])
    const { body } = ours(scene)[0]!
    // Inside a fence everything is text; outside of it nothing of the data may be markup.
    const outside = body.replaceAll(/^(`{3,})diff\n[^]*?\n\1$/gm, '')
    expect(outside.match(/<!--/g)).toHaveLength(1)
    expect(outside).not.toMatch(/@acme|closes #1|\u202e/)
    expect(outside.match(/<details/g)!.length).toBe(outside.match(/<\/details>/g)!.length)
    expectSound(scene, result)
  })
})

describe('wrong input and a broken world', () => {
  test.concurrent('a misspelt option: one error, exit 2, nothing asked, report and outputs all the same', async () => {
    await using scene = await open({ head: good })
    await using result = await scene.run({ inputs: { gate: 'gold' } })
    expect(result.exitCode).toBe(2)
    expect(result.annotations).toMatchObject([
      {
        level: 'error',
        message: expect.stringContaining('gate: "gold" is not one of auto, schema, golden. Did you mean "golden"?'),
      },
    ])
    expect(result.outputs).toMatchObject({ verdict: 'error', reason: '' })
    expect(reportOf(result).exit).toBe(2)
    expect(scene.github.requests).toEqual([])
    expectSound(scene, result)
  })

  test.concurrent.each(['push', 'workflow_dispatch', 'pull_request_target', 'issue_comment'])(
    'event %s exits 2 and says what is supported',
    async (eventName) => {
      await using scene = await open({ head: good })
      await using result = await scene.run({ eventName })
      expect(result.exitCode).toBe(2)
      expect(result.annotations[0]!.message).toContain(`Event "${eventName}" is not supported`)
      expectSound(scene, result)
    },
  )

  test.concurrent('a broken assay.yaml brings an existing comment up to date and makes none', async () => {
    const broken = { 'assay.yaml': 'gate: x\n' }
    await using scene = await open({ base: { ...baseFiles, ...broken }, head: good })
    await using result = await scene.run()
    expect(result.exitCode).toBe(2)
    expect(ours(scene)).toEqual([])
    expect(result.annotations[0]).toMatchObject({ level: 'error', file: 'assay.yaml', line: 1 })
    const marker = `<!-- assay:comment v1 id=default head=${'1'.repeat(40)} run=5.1 verdict=pass digest=${'0'.repeat(16)} -->`
    scene.github.addComment({ issue: 7, user: 'github-actions[bot]', body: `**Assay: ready to merge**\n${marker}` })
    await using second = await scene.run()
    expect(second.exitCode).toBe(2)
    expect(ours(scene)[0]!.body).toMatch(/^\*\*Assay: could not run\*\*/)
    expectSound(scene, result, second)
  })

  test.concurrent('a folder that cannot be written is no pass', async () => {
    await using scene = await open({ head: good })
    await using result = await scene.run({ inputs: { out: 'assay.yaml' } })
    expect(result.exitCode).toBe(2)
    expect(result.annotations[0]!.message).toContain(join(scene.repo.path, 'assay.yaml'))
    expectSound(scene, result)
  })

  test.concurrent('fail-on: never reports and exits 0; the outputs keep the verdict', async () => {
    await using scene = await open({ head: worse })
    await using result = await scene.run({ inputs: { 'fail-on': 'never' } })
    expect(result.exitCode).toBe(0)
    expect(result.outputs).toMatchObject({ verdict: 'blocked', reason: 'broken' })
    expect(result.annotations.map(({ level }) => level)).toEqual(['warning', 'warning', 'warning'])
    expectSound(scene, result)
  })
})

test('every case is in the fixture, so that the line numbers above mean something', () => {
  expect(caseIds.map(lineOf).every((line) => line > 0)).toBe(true)
})
