import { AssayError } from '@assay/core'
import type { Git } from '@assay/core/node'
import { refusalOf } from './api.ts'
import type { PullRequest } from './event.ts'
import type { GitHub } from './github.ts'

/** The commit that a pull request is compared with; null: the two histories have nothing in common. */
export type FoundBase = {
  commit: string | null
  label: string
  /** New path -> old path, where GitHub said it; null: git can. */
  renames: Map<string, string> | null
}

export type Sources = { git: Git | null; github: GitHub | null }

/**
 * Finds the merge-base: never the tip of the base branch, which would blame the author for the changes of others. Git is
 * asked only in a repository with its whole history, because a shallow one gives wrong answers without a word; else GitHub.
 * @param wanted the input `base`: a commit, branch or tag instead of the base branch
 * @throws AssayError `no-base`
 */
export async function findBase(pull: PullRequest, wanted: string | null, from: Sources): Promise<FoundBase> {
  const label = wanted ?? pull.baseRef
  const local = from.git && (await askGit(from.git, pull, wanted))
  if (local) return { commit: local, label, renames: null }
  if (from.github) {
    const found = await askGitHub(from.github, pull, wanted)
    if (found !== undefined) return { commit: found?.sha ?? null, label, renames: found?.renames ?? new Map() }
  }
  if (wanted !== null)
    throw new AssayError('no-base', `base: "${wanted}" was not found here or on GitHub`, {
      hint: 'Name a branch, tag or commit of this repository.',
    })
  throw new AssayError('no-base', `The base "${label}" was not found here${from.github ? ' or on GitHub' : ''}.`, {
    hint: 'Check out with fetch-depth: 0, or leave github-token at its default so that GitHub can be asked.',
  })
}

async function askGit(git: Git, pull: PullRequest, wanted: string | null): Promise<string | null> {
  if ((await git.ask(['rev-parse', '--is-shallow-repository']))?.trim() !== 'false') return null
  const names =
    wanted === null
      ? // Both: the branch may have moved on since the event, and a kept work folder may be behind it.
        [`refs/remotes/origin/${pull.baseRef}`, pull.baseSha]
      : [`refs/remotes/origin/${wanted}`, `refs/tags/${wanted}`, wanted]
  const found = await Promise.all([pull.headSha, ...names].map((name) => commitOf(git, name)))
  const [head, ...rest] = found
  const tips = rest.filter((tip) => tip !== null)
  if (!head || tips.length === 0) return null
  const asked = wanted === null ? tips : tips.slice(0, 1)
  // With several tips git compares head with all of them together, so the nearest ancestor comes out.
  return (await git.ask(['merge-base', head, ...asked]))?.trim() || null
}

const commitOf = async (git: Git, name: string): Promise<string | null> =>
  (await git.ask(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]))?.trim() || null

// undefined: GitHub knows no such commit. The branch before the event's commit: it may have moved on and been merged.
async function askGitHub(github: GitHub, pull: PullRequest, wanted: string | null) {
  for (const name of wanted === null ? [pull.baseRef, pull.baseSha] : [wanted]) {
    try {
      return await github.mergeBase(name, pull.headSha)
    } catch (error) {
      const status = refusalOf(error)?.status
      if (status !== 404 && status !== 422) throw error
    }
  }
  return undefined
}

/** Files that git sees as moved between two commits: new path -> old path. */
export async function renamesIn(git: Git, base: string, head: string): Promise<Map<string, string>> {
  const args = ['diff', '--name-status', '-z', '-M', '--diff-filter=R', '--no-ext-diff', base, head, '--']
  const parts = ((await git.ask(args)) ?? '').split('\0')
  const moved = new Map<string, string>()
  for (let at = 0; at + 2 < parts.length; at += 3) moved.set(parts[at + 2]!, parts[at + 1]!)
  return moved
}
