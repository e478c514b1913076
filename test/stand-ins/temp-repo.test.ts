import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { git } from './git.ts'
import { tempRepo } from './temp-repo.ts'

const build = async () => {
  const repo = await tempRepo({
    'a.txt': 'one\n',
    'run.sh': { executable: '#!/bin/sh\n' },
    'link.txt': { link: 'a.txt' },
  })
  return { repo, sha: await repo.commit({ 'b/c.txt': 'two\n', 'a.txt': null }, 'Second') }
}

test('equal steps give equal hashes, and the folder is gone at the end', async () => {
  const [one, two] = [await build(), await build()]
  expect(one.sha).toBe(two.sha)
  expect(await one.repo.git('ls-tree', '-r', '--format=%(objectmode) %(path)', 'HEAD')).toBe(
    '100644 b/c.txt\n120000 link.txt\n100755 run.sh',
  )
  one.repo.remove()
  two.repo.remove()
  expect(existsSync(one.repo.path)).toBe(false)
})

test('the merge commit of a pull request is checked out one commit deep, as the runner does', async () => {
  await using repo = await tempRepo({ 'a.txt': 'one\n' })
  await repo.branch('feature')
  const head = await repo.commit({ 'head.txt': 'head\n' })
  await repo.checkout('main')
  const base = await repo.commit({ 'base.txt': 'base\n' })
  const merge = await repo.mergeCommit('main', 'feature', 7)
  expect(await repo.git('show', '--no-patch', '--format=%P', merge)).toBe(`${base} ${head}`)
  expect(await repo.sha()).toBe(base)

  const shallow = await repo.shallowClone('refs/pull/7/merge', await repo.bareClone())
  expect(await git(shallow, ['rev-parse', 'HEAD'])).toBe(merge)
  expect(await git(shallow, ['rev-parse', '--is-shallow-repository'])).toBe('true')
  expect(readFileSync(join(shallow, 'head.txt'), 'utf8')).toBe('head\n')
  // Neither parent is there, but each can be fetched by its hash.
  await expect(git(shallow, ['cat-file', '-e', head])).rejects.toThrow('cat-file')
  await git(shallow, ['fetch', '--quiet', '--depth=1', 'origin', head])
  await git(shallow, ['cat-file', '-e', head])
})
