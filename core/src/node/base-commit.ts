import { AssayError } from '../errors.ts'
import { command } from '../text/command.ts'
import type { Git } from './git.ts'

/** The commit that a change is compared with: the merge-base, never the tip of the base branch. */
export type BaseCommit = { commit: string | null; label: string; note?: string }

const candidates = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master']

/** The name of the branch that a branch without `--base` is compared with, or null. */
export async function defaultBase(git: Git): Promise<string | null> {
  for (const ref of candidates) {
    const found = await git.ask(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
    if (found !== null)
      return ref === 'origin/HEAD'
        ? ((await git.ask(['rev-parse', '--abbrev-ref', 'origin/HEAD']))?.trim() ?? ref)
        : ref
  }
  return null
}

/**
 * Finds the merge-base of HEAD and a ref. A shallow clone gives wrong merge-bases silently, so it is refused with the way
 * out; unrelated histories have no baseline; an older ancestor is never guessed.
 * @throws AssayError `no-base`
 */
export async function findBaseCommit(git: Git, ref: string, head = 'HEAD'): Promise<BaseCommit> {
  // A ref that begins with "-" would be read as an option.
  const isOption = ref.startsWith('-')
  // Side by side: each start of git costs more than its answer.
  const [tip, shallow, mergeBase] = await Promise.all([
    isOption ? null : git.ask(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]),
    git.run(['rev-parse', '--is-shallow-repository']),
    isOption ? null : git.ask(['merge-base', head, ref]),
  ])
  if (tip === null) {
    const near = await similarRefs(git, ref)
    throw new AssayError('no-base', `"${ref}" was not found in this repository.`, {
      hint:
        near.length > 0
          ? `Did you mean ${near.map((name) => `"${name}"`).join(' or ')}?`
          : `Name a branch, tag or commit: ${command('check --base main')}`,
    })
  }
  if (shallow.trim() === 'true' && mergeBase === null) {
    throw new AssayError('no-base', `no common ancestor of HEAD and ${ref} in this clone (it is shallow).`, {
      hint: 'Fetch the whole history (git fetch --unshallow), or pass --base-commit <sha>.',
    })
  }
  if (mergeBase === null) return { commit: null, label: ref, note: `HEAD and ${ref} share no history: no baseline.` }
  return { commit: mergeBase.trim(), label: ref }
}

async function similarRefs(git: Git, ref: string): Promise<string[]> {
  const out =
    (await git.ask(['for-each-ref', '--format=%(refname:short)', 'refs/heads', 'refs/remotes', 'refs/tags'])) ?? ''
  const wanted = ref.toLowerCase()
  return out
    .split('\n')
    .filter(
      (name) =>
        name !== '' &&
        (name.toLowerCase().includes(wanted) || wanted.includes(name.toLowerCase()) || name.endsWith(`/${ref}`)),
    )
    .slice(0, 3)
}

/** Files that git sees as moved between a commit and another (or the work tree): new path -> old path. */
export async function renames(git: Git, base: string, head: string | null): Promise<Map<string, string>> {
  const out = await git.ask([
    'diff',
    '--name-status',
    '-z',
    '-M',
    '--diff-filter=R',
    base,
    ...(head === null ? [] : [head]),
    '--',
  ])
  const parts = (out ?? '').split('\0')
  const moved = new Map<string, string>()
  for (let at = 0; at + 2 < parts.length; at += 3) moved.set(parts[at + 2]!, parts[at + 1]!)
  return moved
}
