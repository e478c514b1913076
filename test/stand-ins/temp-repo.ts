import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { git } from './git.ts'

/** What becomes of a file: text or bytes, a symbolic link, an executable; `null` deletes it. */
export type Content = string | Uint8Array | { link: string } | { executable: string } | null

export interface TempRepo extends AsyncDisposable {
  /** The working copy. */
  path: string
  git(...args: string[]): Promise<string>
  /** Full hash of a revision. */
  sha(revision?: string): Promise<string>
  write(files: Record<string, Content>): void
  /** Writes files and commits all that changed; returns the commit's hash. */
  commit(files: Record<string, Content>, message?: string): Promise<string>
  /** Makes a branch and switches to it. */
  branch(name: string, from?: string): Promise<void>
  checkout(revision: string): Promise<void>
  /**
   * The commit that GitHub makes for a pull request: head merged into base, on no branch but as `refs/pull/N/merge`,
   * with `refs/pull/N/head` beside it. The working copy stays where it is.
   */
  mergeCommit(base: string, head: string, pullNumber?: number): Promise<string>
  /** A clone without a working copy, as a server holds it, with all refs. */
  bareClone(): Promise<string>
  /** What the runner's checkout leaves: one commit deep, detached. By default of the working copy, else of a bare clone. */
  shallowClone(ref: string, from?: string): Promise<string>
  /** Deletes the repository and its clones. */
  remove(): void
}

/** A temporary repository with one branch, `main`; `await using` deletes it at the end. Equal steps give equal hashes: author is fixed, each commit a minute later. */
export async function tempRepo(files?: Record<string, Content>): Promise<TempRepo> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-repo-')))
  const path = join(folder, 'work')
  mkdirSync(path)
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  let commits = 0
  let clones = 0
  const tick = () => new Date(Date.UTC(2026, 0, 1, 0, commits++)).toISOString()
  const run = (...args: string[]) => git(path, args)
  const sha = (revision = 'HEAD') => run('rev-parse', '--verify', `${revision}^{commit}`)
  const write = (changed: Record<string, Content>) => {
    for (const [name, content] of Object.entries(changed)) put(join(path, name), content)
  }

  await run('init', '--quiet', '--initial-branch=main')
  // The API path of a shallow checkout asks for single commits, as it may on GitHub.
  await run('config', 'uploadpack.allowAnySHA1InWant', 'true')
  await run('config', 'core.autocrlf', 'false')

  const repo: TempRepo = {
    path,
    git: run,
    sha,
    write,
    async commit(changed, message = 'Change') {
      write(changed)
      await run('add', '--all')
      await git(path, ['commit', '--quiet', '--allow-empty', '--no-verify', '--message', message], tick())
      return sha()
    },
    branch: async (name, from = 'HEAD') => void (await run('checkout', '--quiet', '-b', name, from)),
    checkout: async (revision) => void (await run('checkout', '--quiet', revision)),
    async mergeCommit(base, head, pullNumber = 1) {
      const parents = [await sha(base), await sha(head)] as const
      const tree = await run('merge-tree', '--write-tree', ...parents)
      const message = `Merge ${parents[1]} into ${parents[0]}`
      const args = ['commit-tree', tree, '-p', parents[0], '-p', parents[1], '-m', message]
      const merged = await git(path, args, tick())
      await run('update-ref', `refs/pull/${pullNumber}/head`, parents[1])
      await run('update-ref', `refs/pull/${pullNumber}/merge`, merged)
      return merged
    },
    async bareClone() {
      const to = join(folder, `bare-${++clones}.git`)
      await git(folder, ['clone', '--quiet', '--mirror', path, to])
      await git(to, ['config', 'uploadpack.allowAnySHA1InWant', 'true'])
      // A clone takes over the branch that happens to be checked out.
      await git(to, ['symbolic-ref', 'HEAD', 'refs/heads/main'])
      return to
    },
    async shallowClone(ref, from = path) {
      const to = join(folder, `shallow-${++clones}`)
      mkdirSync(to)
      await git(to, ['init', '--quiet', '--initial-branch=main'])
      // A plain path would be copied whole; only an address is cut to a depth.
      await git(to, ['remote', 'add', 'origin', pathToFileURL(from).href])
      await git(to, ['fetch', '--quiet', '--no-tags', '--depth=1', 'origin', ref])
      await git(to, ['checkout', '--quiet', '--detach', 'FETCH_HEAD'])
      return to
    },
    remove,
    [Symbol.asyncDispose]: async () => remove(),
  }
  if (files) await repo.commit(files, 'Start')
  return repo
}

function put(file: string, content: Content): void {
  if (content === null || (typeof content === 'object' && 'link' in content)) rmSync(file, { force: true })
  if (content === null) return
  mkdirSync(dirname(file), { recursive: true })
  if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(file, content)
  else if ('link' in content) symlinkSync(content.link, file)
  else {
    writeFileSync(file, content.executable)
    chmodSync(file, 0o755)
  }
}
