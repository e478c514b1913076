import { afterEach, beforeEach, expect, test } from 'vitest'
import { connect, faultWords, nextPage, refusalOf, type Api } from '../../action/src/api.ts'
import { routesOf } from '../../action/src/github.ts'
import { restTree } from '../../action/src/trees.ts'
import { startFakeGitHub, type FakeGitHub } from '../stand-ins/fake-github.ts'
import { tempRepo, type TempRepo } from '../stand-ins/temp-repo.ts'

let repo: TempRepo
let github: FakeGitHub
let api: Api
beforeEach(async () => {
  repo = await tempRepo({
    'assay.yaml': 'version: 1\n',
    'prompts/v1/a.yaml': 'a\n',
    'prompts/v1/b.yaml': 'a\n',
    'prompts/golden/a.yaml': new Uint8Array([0xff, 0x00, 0x41]),
    'prompts/link.yaml': { link: '/etc/hosts' },
    'src/code.ts': 'code\n',
  })
  github = await startFakeGitHub({ repo: 'acme/app', bare: await repo.bareClone() })
  github.openPull({ number: 7, head: 'main' })
  const connection = { token: github.token, owner: 'acme', repo: 'app', baseUrl: github.url }
  api = await connect({ ...connection, timeoutMs: 150, retryMs: 1 })
})
afterEach(async () => {
  await github.close()
  repo.remove()
})
const hits = (method: string) => github.requests.filter((request) => request.method === method).length
const issues = '/repos/acme/app/issues/7/comments'

test('a read is tried three times, a refusal once, a create once', async () => {
  github.fault('GET *', { kind: 'html', times: 2 })
  expect(await routesOf(api).pull(7)).toMatchObject({ isOpen: true })
  expect(hits('GET')).toBe(3)
  expect(await routesOf(api).viewer()).toBeNull()
  expect(hits('GET')).toBe(4)
  github.fault(`POST ${issues}`, { kind: 'html', times: 9 })
  await expect(routesOf(api).createComment(7, 'x')).rejects.toSatisfy((error) => refusalOf(error) === null)
  expect(hits('POST')).toBe(1)
})

test('a request that hangs is given up in its time, and the limit ends them all', async () => {
  github.fault('GET *', { kind: 'hang', times: 1 })
  expect(await routesOf(api).pull(7)).toMatchObject({ isOpen: true })
  github.fault('GET *', { kind: 'hang', times: 9 })
  await expect(routesOf(api).pull(7)).rejects.toSatisfy((error) => faultWords(error) === 'no answer in time')
  api.limit(0)
  await expect(routesOf(api).viewer()).rejects.toSatisfy((error) => faultWords(error) === 'no answer in time')
})

test('a secondary limit is waited for, a primary one is not', async () => {
  github.fault(`POST ${issues}`, { kind: 'secondary-limit', retryAfter: 1 })
  expect((await routesOf(api).createComment(7, 'x')).id).toBeGreaterThan(0)
  expect(hits('POST')).toBe(2)
  github.fault('PATCH *', { kind: 'primary-limit' })
  await expect(routesOf(api).editComment(github.state.comments[0]!.id, 'y')).rejects.toThrow('rate limit')
})

test.each(['empty', 'malformed'] as const)('an answer that is %s names its route', async (kind) => {
  github.fault('GET *', { kind, times: 9 })
  await expect(routesOf(api).pull(7)).rejects.toThrow('no usable answer to GET /repos/{owner}/{repo}/pulls/{number}')
  await expect(routesOf(api).comments(7)).rejects.toThrow('no usable answer')
  await expect(routesOf(api).tree('a'.repeat(40), true)).rejects.toThrow('no usable answer')
})

test('pages are followed by their link, on the same host only', () => {
  const from = 'https://api.example.com/a?page=1'
  expect(nextPage('<https://api.example.com/a?page=2>; rel="next", <https://x>; rel="last"', from)).toBe(
    'https://api.example.com/a?page=2',
  )
  expect(nextPage('<https://evil.example/a?page=2>; rel="next"', from)).toBeNull()
  expect(nextPage('<https://api.example.com/a?page=9>; rel="last"', from)).toBeNull()
  expect(nextPage(undefined, from)).toBeNull()
})

test.each([100_000, 1])(
  'the files of a commit are those of the folders asked for (%i entries a list)',
  async (most) => {
    github.state.maxTreeEntries = most
    const tree = restTree(routesOf(api), await repo.sha())
    if (most === 1) {
      await expect(tree.list(['prompts/'])).rejects.toThrow('has more files than GitHub lists')
      github.state.maxTreeEntries = 4
    }
    const files = await tree.list(['prompts/', 'assay.yaml', 'missing.yaml'])
    expect(files.map(({ path, kind }) => [path, kind])).toEqual([
      ['assay.yaml', 'file'],
      ['prompts/golden/a.yaml', 'file'],
      ['prompts/link.yaml', 'symlink'],
      ['prompts/v1/a.yaml', 'file'],
      ['prompts/v1/b.yaml', 'file'],
    ])
    const read = await tree.read([
      'prompts/golden/a.yaml',
      'prompts/link.yaml',
      'prompts/v1/a.yaml',
      'prompts/v1/b.yaml',
    ])
    expect([...read.keys()]).toEqual(['prompts/golden/a.yaml', 'prompts/v1/a.yaml', 'prompts/v1/b.yaml'])
    expect([...read.get('prompts/golden/a.yaml')!]).toEqual([0xff, 0x00, 0x41])
    // Two equal files are one blob.
    expect(github.requests.filter(({ path }) => path.includes('/git/blobs/'))).toHaveLength(2)
    expect(github.unknownRoutes).toEqual([])
  },
)
