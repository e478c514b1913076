import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readEvent } from '../../action/src/event.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-event-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const side = (sha: string, repo: string | null) => ({
  sha: sha.repeat(40),
  ref: 'change',
  repo: repo && { full_name: repo },
})
const read = (payload: unknown, eventName = 'pull_request') => {
  const eventPath = join(folder, 'event.json')
  writeFileSync(eventPath, typeof payload === 'string' ? payload : JSON.stringify(payload))
  return readEvent({ eventName, eventPath })
}
const pull = (head: unknown) => ({ pull_request: { number: 7, head, base: side('b', 'acme/app') } })

test('a pull request of the same repository is none of a fork; another repository or a deleted one is', () => {
  expect(read(pull(side('a', 'acme/app')))).toMatchObject({ number: 7, headSha: 'a'.repeat(40), isFork: false })
  expect(read(pull(side('a', 'mallory/app')))).toMatchObject({ isFork: true })
  expect(read(pull(side('a', null)))).toMatchObject({ isFork: true })
})

test.each(['{', '[]', 'null', '{"pull_request":{}}'])('a payload without a pull request is refused: %s', (text) => {
  expect(() => read(text)).toThrow('holds no pull request')
})

test('a head that is no commit hash is refused', () => {
  expect(() => read(pull({ ...side('a', 'acme/app'), sha: '--upload-pack=x' }))).toThrow('holds no pull request')
})

test('other events are refused with what is planned', () => {
  expect(() => read({}, 'push')).toThrow(
    'Event "push" is not supported by this version of Assay. It checks pull requests;',
  )
  expect(() => read({}, 'pull_request_target')).toThrow('with secrets on the code of strangers')
})
