import { join, relative, resolve, sep } from 'node:path'
import { AssayError } from '../errors.ts'
import type { Tree } from '../text/tree.ts'
import { defaultBase, findBaseCommit, renames } from './base-commit.ts'
import { openGit, type Git } from './git.ts'
import { gitTree } from './git-tree.ts'
import { workTree } from './work-tree.ts'

/** The project that a command acts in: the repository root above a folder, or the folder itself without git. */
export type Repository = { root: string; git: Git | null; tree: Tree }

export async function openRepository(cwd: string): Promise<Repository> {
  const git = await openGit(cwd)
  const root = git?.root ?? resolve(cwd)
  return { root, git, tree: workTree(root) }
}

/** A path as people type it, relative to the root of the repository. */
export const fromRoot = (repository: Repository, cwd: string, path: string): string =>
  relative(repository.root, resolve(cwd, path)).split(sep).join('/')

export type Base = {
  base: { tree: Tree; commit: string; label: string } | null
  renames: Promise<Map<string, string>>
  notes: string[]
}

/**
 * The base side of a check in a work tree: `--base-commit`, else the merge-base with `--base`, else with the default
 * branch. Without git, or without any base branch, there is no base, and the note says what that means.
 * @throws AssayError `no-base`, `git` when a base was asked for and cannot be had
 */
export async function findBase(repository: Repository, o: { base?: string; baseCommit?: string }): Promise<Base> {
  const { git } = repository
  if (!git) {
    if (o.base ?? o.baseCommit) {
      throw new AssayError('git', 'No git repository was found here, so there is no base to compare with.', {
        hint: 'Run this inside a git repository, or without --base for lint and golden cases alone.',
      })
    }
    return { base: null, renames: Promise.resolve(new Map()), notes: ['no git repository: nothing to compare with'] }
  }
  if (o.baseCommit !== undefined) {
    const commit = await git.ask(['rev-parse', '--verify', '--quiet', '--end-of-options', `${o.baseCommit}^{commit}`])
    if (commit === null)
      throw new AssayError('no-base', `"${o.baseCommit}" is no commit of this repository.`, {
        hint: 'Fetch it first, or name another.',
      })
    return baseAt(git, commit.trim(), o.baseCommit.slice(0, 12), [])
  }
  const label = o.base ?? (await defaultBase(git))
  if (label === null)
    return {
      base: null,
      renames: Promise.resolve(new Map()),
      notes: ['no main or master branch: pass --base REF to compare'],
    }
  const found = await findBaseCommit(git, label)
  if (found.commit === null) return { base: null, renames: Promise.resolve(new Map()), notes: [found.note!] }
  return baseAt(git, found.commit, label, [])
}

async function baseAt(git: Git, commit: string, label: string, notes: string[]): Promise<Base> {
  return { base: { tree: gitTree(git, commit), commit, label }, renames: renames(git, commit, null), notes }
}

/** Where runs are kept unless `--out` names another folder. */
export const runsFolder = (repository: Repository): string => join(repository.root, '.assay', 'runs')
