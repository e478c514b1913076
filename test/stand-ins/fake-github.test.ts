import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startFakeGitHub, type FakeGitHub, type FakeGitHubOptions } from './fake-github.ts'
import { tempRepo, type TempRepo } from './temp-repo.ts'

let repo: TempRepo
let bare: string
let start: string
let moved: string
let head: string
let github: FakeGitHub

beforeAll(async () => {
  repo = await tempRepo({
    'prompts/a.yaml': 'name: a\nmodel: one\n\n',
    'prompts/old.yaml': 'x\n'.repeat(20),
    'bin.dat': new Uint8Array([0, 1]),
  })
  start = await repo.sha()
  await repo.branch('feature')
  head = await repo.commit({
    'prompts/a.yaml': 'name: a\nmodel: two\n\n',
    'prompts/old.yaml': null,
    'prompts/new.yaml': 'x\n'.repeat(20),
    'bin.dat': new Uint8Array([0, 2]),
  })
  await repo.checkout('main')
  moved = await repo.commit({ 'README.md': 'moved on\n' })
  await repo.mergeCommit('main', 'feature', 7)
  bare = await repo.bareClone()
})
afterAll(() => repo.remove())

const connect = async (o: Partial<FakeGitHubOptions> = {}) => {
  github = await startFakeGitHub({ repo: 'acme/app', bare, ...o })
  github.openPull({ number: 7, head: 'feature' })
}
beforeEach(async () => {
  await connect()
  return async () => {
    await github.close()
    if (github.unknownRoutes.length > 0) throw new Error(`unknown routes: ${github.unknownRoutes.join(', ')}`)
  }
})

async function call(method: string, path: string, body?: unknown, token = github.token) {
  const url = path.startsWith('http')
    ? path
    : `${github.url}${path.startsWith('/user') || path === '/graphql' ? '' : '/repos/acme/app'}${path}`
  const headers = { authorization: `token ${token}` }
  const reply = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
  const text = await reply.text()
  return {
    status: reply.status,
    headers: reply.headers,
    body: text.startsWith('<') || text === '' ? text : JSON.parse(text),
  }
}

const suggestion = (line: number) => ({ path: 'prompts/a.yaml', line, body: 'Pin it' })

test('comments are listed oldest first, over pages that link to each other', async () => {
  for (let n = 1; n <= 205; n++) github.addComment({ issue: 7, body: `comment ${n}` })
  const found: string[] = []
  for (let next: string | undefined = '/issues/7/comments?per_page=100'; next;) {
    const { body, headers } = await call('GET', next)
    found.push(...body.map((comment: { body: string }) => comment.body))
    next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
  }
  expect(found).toHaveLength(205)
  expect(found[0]).toBe('comment 1')
  expect(found.at(-1)).toBe('comment 205')
  expect(github.requests).toHaveLength(3)
})

test('a comment is created by the owner of the token, edited in place, folded and deleted', async () => {
  const made = await call('POST', '/issues/7/comments', { body: 'one' })
  expect(made.status).toBe(201)
  expect(made.body.user).toMatchObject({ login: 'github-actions[bot]', id: 41898282, type: 'Bot' })
  const edited = await call('PATCH', `/issues/comments/${made.body.id}`, { body: 'two' })
  expect(edited.body.body).toBe('two')
  expect(edited.body.updated_at > made.body.created_at).toBe(true)
  const query =
    'mutation($id: ID!) { minimizeComment(input: { subjectId: $id, classifier: OUTDATED }) { clientMutationId } }'
  await call('POST', '/graphql', { query, variables: { id: made.body.node_id } })
  expect(github.state.comments[0]?.minimized).toBe('OUTDATED')
  expect((await call('DELETE', `/issues/comments/${made.body.id}`)).status).toBe(204)
  expect(github.state.comments).toEqual([])
  expect((await call('POST', '/issues/7/comments', { body: 'x'.repeat(65_537) })).status).toBe(422)
})

test('a comparison gives the merge-base, not the tip of a base that has moved on', async () => {
  const { body } = await call('GET', `/compare/main...${head}`)
  expect(body.merge_base_commit.sha).toBe(start)
  expect(body.base_commit.sha).toBe(moved)
  expect(body).toMatchObject({ status: 'diverged', ahead_by: 1, behind_by: 1, total_commits: 1 })
  expect((await call('GET', '/compare/acme:main...eve:feature')).body.merge_base_commit.sha).toBe(start)
  expect((await call('GET', `/compare/main...${'0'.repeat(40)}`)).status).toBe(422)
})

test('the files of a pull request come with their patches, renames with the old name', async () => {
  const { body } = await call('GET', '/pulls/7/files')
  const short = body.map(({ filename, status, previous_filename, patch }: any) => [
    filename,
    status,
    previous_filename,
    patch,
  ])
  expect(short).toEqual([
    ['bin.dat', 'modified', undefined, undefined],
    ['prompts/a.yaml', 'modified', undefined, '@@ -1,3 +1,3 @@\n name: a\n-model: one\n+model: two\n '],
    ['prompts/new.yaml', 'renamed', 'prompts/old.yaml', undefined],
  ])
  const pull = (await call('GET', '/pulls/7')).body
  expect([pull.head.sha, pull.base.sha]).toEqual([head, moved])
  expect((await call('GET', '/pulls?head=acme:feature')).body).toHaveLength(1)
  expect((await call('GET', '/pulls?head=eve:feature')).body).toHaveLength(0)
})

test('trees, blobs, commits and contents are those of the repository', async () => {
  const { body: tree } = await call('GET', `/git/trees/${head}?recursive=1`)
  const entry = tree.tree.find((one: { path: string }) => one.path === 'prompts/a.yaml')
  expect(tree.truncated).toBe(false)
  const { body: blob } = await call('GET', `/git/blobs/${entry.sha}`)
  expect(Buffer.from(blob.content, 'base64').toString()).toBe('name: a\nmodel: two\n\n')
  const { body: file } = await call('GET', '/contents/prompts/a.yaml?ref=main')
  expect(Buffer.from(file.content, 'base64').toString()).toContain('model: one')
  const { body: folder } = await call('GET', `/contents/prompts?ref=${head}`)
  expect(folder.map((one: { name: string }) => one.name)).toEqual(['a.yaml', 'new.yaml'])
  expect((await call('GET', `/git/commits/${head}`)).body.parents[0].sha).toBe(start)
  expect((await call('GET', '/commits/main')).body.sha).toBe(moved)
  github.state.maxTreeEntries = 1
  expect((await call('GET', `/git/trees/${head}?recursive=1`)).body).toMatchObject({
    truncated: true,
    tree: { length: 1 },
  })
})

test('a review takes comments on lines of the diff and no others', async () => {
  const wrong = await call('POST', '/pulls/7/reviews', { event: 'COMMENT', comments: [suggestion(2), suggestion(40)] })
  expect(wrong.status).toBe(422)
  const right = await call('POST', '/pulls/7/reviews', { event: 'COMMENT', commit_id: head, comments: [suggestion(2)] })
  expect(right.body).toMatchObject({ state: 'COMMENTED', commit_id: head })
  expect((await call('GET', '/pulls/7/comments')).body).toMatchObject([
    { line: 2, pull_request_review_id: right.body.id },
  ])
})

test('statuses, check runs, issues and labels are kept', async () => {
  expect((await call('POST', `/statuses/${head}`, { state: 'success', context: 'assay/verdict' })).status).toBe(201)
  const run = await call('POST', '/check-runs', { name: 'assay', head_sha: head })
  await call('PATCH', `/check-runs/${run.body.id}`, { conclusion: 'failure', output: { title: 't', summary: 's' } })
  expect(github.state.checkRuns).toMatchObject([{ status: 'completed', conclusion: 'failure' }])
  const issue = await call('POST', '/issues', { title: 'Drift', labels: ['assay-drift'] })
  expect(issue.body.number).toBe(8)
  await call('PATCH', '/issues/8', { state: 'closed' })
  expect((await call('GET', '/issues?labels=assay-drift')).body).toEqual([])
  expect((await call('GET', '/issues?labels=assay-drift&state=all')).body).toMatchObject([
    { number: 8, state: 'closed' },
  ])
})

test('a wrong token, a missing permission and an unknown route are told apart', async () => {
  expect((await call('GET', '/pulls/7', undefined, 'other')).status).toBe(401)
  expect((await call('GET', '/user')).status).toBe(403)
  await github.close()
  await connect({ permissions: { contents: 'read', 'pull-requests': 'read' }, user: 'ada' })
  const refused = await call('POST', '/issues/7/comments', { body: 'x' })
  expect(refused).toMatchObject({ status: 403, body: { message: 'Resource not accessible by integration' } })
  expect((await call('GET', '/user')).body.login).toBe('ada')
  const unknown = await call('GET', '/hooks')
  expect([unknown.status, unknown.headers.get('x-stand-in')]).toEqual([404, 'unknown-route'])
  expect(github.unknownRoutes).toEqual(['GET /repos/acme/app/hooks'])
  github.unknownRoutes.length = 0
})

test('faults meet the requests they are made for, and then no more', async () => {
  github.fault('GET /repos/acme/app/pulls/*', { kind: 'html', times: 2 })
  expect((await call('GET', '/issues/7/comments')).status).toBe(200)
  expect((await call('GET', '/pulls/7')).status).toBe(502)
  expect((await call('GET', '/pulls/7/files')).status).toBe(502)
  expect((await call('GET', '/pulls/7')).status).toBe(200)

  github.fault(/^POST/, { kind: 'secondary-limit', retryAfter: 3 })
  const limited = await call('POST', '/issues/7/comments', { body: 'x' })
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([403, '3'])

  github.fault(/^POST/, { kind: 'reset', late: true })
  await expect(call('POST', '/issues/7/comments', { body: 'kept' })).rejects.toThrow('fetch failed')
  expect(github.state.comments.map(({ body }) => body)).toEqual(['kept'])

  github.fault(/./, { kind: 'hang' })
  const signal = AbortSignal.timeout(100)
  await expect(fetch(github.url, { signal })).rejects.toThrow('timeout')
  github.fault(/./, { kind: 'empty' })
  expect(await call('GET', '/pulls/7')).toMatchObject({ status: 200, body: '' })
})
