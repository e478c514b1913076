import { git, gitBytes } from '../git.ts'

export interface CommitData {
  sha: string
  tree: string
  parents: string[]
  author: { name: string; email: string; date: string }
  committer: { name: string; email: string; date: string }
  message: string
}

export interface Entry {
  mode: string
  type: 'blob' | 'tree' | 'commit'
  sha: string
  size: number | null
  path: string
}

export interface Changed {
  sha: string
  filename: string
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed'
  previous_filename?: string
  additions: number
  deletions: number
  /** From the first `@@`; absent for binary files and bare renames. */
  patch?: string
}

export type Git = ReturnType<typeof readGit>

/** Reads a bare repository with git's plumbing. What is not there is `null`. */
export function readGit(bare: string) {
  const orNull = async (...args: string[]) => git(bare, args).catch(() => null)
  // The commits of a request come from outside: none may be taken for an option.
  const resolve = (revision: string, kind: string) =>
    orNull('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{${kind}}`)

  return {
    commitSha: (revision: string) => resolve(revision, 'commit'),
    treeSha: (revision: string) => resolve(revision, 'tree'),
    mergeBase: (base: string, head: string) => orNull('merge-base', base, head),
    defaultBranch: async () => (await orNull('symbolic-ref', '--short', 'HEAD')) ?? 'main',

    /** How many commits one has that the other has not: `[behind, ahead]`. */
    async distance(base: string, head: string): Promise<[number, number]> {
      const [behind, ahead] = (await git(bare, ['rev-list', '--left-right', '--count', `${base}...${head}`])).split(
        '\t',
      )
      return [Number(behind), Number(ahead)]
    },

    async between(base: string, head: string): Promise<string[]> {
      const list = await git(bare, ['rev-list', '--reverse', `${base}..${head}`])
      return list === '' ? [] : list.split('\n')
    },

    async commit(sha: string): Promise<CommitData> {
      const format = ['%H', '%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'].join('%x00')
      const text = await git(bare, ['show', '--no-patch', `--format=${format}`, sha])
      const [hash = '', tree = '', parents = '', ...rest] = text.split('\0')
      const person = (at: number) => ({
        name: rest[at] ?? '',
        email: rest[at + 1] ?? '',
        date: utc(rest[at + 2] ?? ''),
      })
      return {
        sha: hash,
        tree,
        parents: parents === '' ? [] : parents.split(' '),
        author: person(0),
        committer: person(3),
        message: (rest[6] ?? '').trimEnd(),
      }
    },

    async list(tree: string, recursive: boolean): Promise<Entry[]> {
      const text = await git(bare, ['ls-tree', '-z', '--long', ...(recursive ? ['-r', '-t'] : []), tree])
      return text.split('\0').flatMap((line) => {
        const found = /^(\d+) (\w+) (\w+) +(\d+|-)\t([^]*)$/.exec(line)
        if (!found) return []
        const [, mode = '', type, sha = '', size, path = ''] = found
        return [{ mode, type: type as Entry['type'], sha, size: size === '-' ? null : Number(size), path }]
      })
    },

    blob: (sha: string): Promise<Buffer | null> => gitBytes(bare, ['cat-file', 'blob', sha]).catch(() => null),

    /** What changed from one commit to another, renames found. */
    async changed(from: string, to: string): Promise<Changed[]> {
      const args = ['diff-tree', '-r', '-M', '--no-ext-diff', '--full-index']
      const raw = (await git(bare, [...args, '--raw', '-z', from, to])).split('\0')
      // Not trimmed: an empty line at the end of a hunk counts.
      const text = String(await gitBytes(bare, [...args, '--patch', from, to]))
      const patches = text.split(/^diff --git .*\n/m).slice(1)
      const files: Changed[] = []
      for (let at = 0; raw[at]?.startsWith(':');) {
        const [, , before = '', after = '', letters = ''] = (raw[at++] ?? '').split(' ')
        const moved = /^[RC]/.test(letters)
        const previous = moved ? raw[at++] : undefined
        const filename = raw[at++] ?? ''
        const status = statuses[letters[0] ?? ''] ?? 'modified'
        const hunks = /^@@[^]*/m.exec(patches[files.length] ?? '')?.[0].replace(/\n$/, '')
        files.push({
          sha: status === 'removed' ? before : after,
          filename,
          status,
          ...(previous === undefined ? {} : { previous_filename: previous }),
          additions: hunks?.match(/^\+/gm)?.length ?? 0,
          deletions: hunks?.match(/^-/gm)?.length ?? 0,
          ...(hunks === undefined ? {} : { patch: hunks }),
        })
      }
      return files
    },
  }
}

const statuses: Record<string, Changed['status']> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
}

const utc = (date: string) => `${new Date(date).toISOString().slice(0, 19)}Z`
