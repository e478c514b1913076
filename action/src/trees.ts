import { AssayError, isBelow, type Tree, type TreeFile } from '@assay/core'
import { gitTree, type Git } from '@assay/core/node'
import type { Sources } from './base.ts'
import type { GitHub, TreeEntry } from './github.ts'
import type { Log } from './log.ts'

const blobsAtOnce = 8

/**
 * The files of commits, from the first place that has them: local objects, one fetch of exactly these commits, GitHub's
 * API. The default checkout holds neither head nor base of a pull request, so the last one is a normal path.
 * @throws AssayError `no-base` when nobody has a commit
 */
export async function openCommits(
  commits: readonly string[],
  from: Sources & { log: Log; fetchEnv: (git: Git) => Promise<Record<string, string>> },
): Promise<(commit: string) => Tree> {
  const { git, github } = from
  const local = new Set<string>()
  const look = async () => {
    for (const commit of commits) if (git && (await holds(git, commit))) local.add(commit)
  }
  await look()
  const missing = commits.filter((commit) => !local.has(commit))
  if (git && missing.length > 0 && (await fetchCommits(git, missing, await from.fetchEnv(git)))) await look()
  return (commit) => {
    if (git && local.has(commit)) return gitTree(git, commit)
    if (github) {
      from.log.say(`${commit.slice(0, 7)} is not in this checkout; its files are read from GitHub.`)
      return restTree(github, commit)
    }
    throw new AssayError('no-base', `Commit ${commit} is not in this checkout.`, {
      hint: 'Check out with fetch-depth: 0, or leave github-token at its default so that GitHub can be asked.',
    })
  }
}

// A clone that leaves blobs to be fetched later has the commit and not the files.
const holds = async (git: Git, commit: string): Promise<boolean> =>
  (await git.ask(['config', '--get-regexp', '^remote\\..*\\.promisor$'])) === null &&
  (await git.ask(['cat-file', '-e', `${commit}^{commit}`])) !== null

async function fetchCommits(git: Git, commits: readonly string[], env: Record<string, string>): Promise<boolean> {
  const shallow = (await git.ask(['rev-parse', '--is-shallow-repository']))?.trim() === 'true'
  const quiet = ['--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head']
  // With --depth a whole clone would become a shallow one.
  const args = ['fetch', ...quiet, ...(shallow ? ['--depth=1'] : []), 'origin', ...commits]
  return git.run(args, { timeoutMs: 30_000, env }).then(
    () => true,
    () => false,
  )
}

/**
 * What git needs to fetch with the token: in variables, so that it stands in no argument list. Nothing where the checkout
 * left its own header, for two of them are refused.
 */
export async function fetchEnvOf(
  git: Git,
  o: { serverUrl: string; token: string | null },
): Promise<Record<string, string>> {
  const key = `http.${o.serverUrl}/.extraheader`
  if (o.token === null || (await git.ask(['config', '--get-all', key])) !== null) return {}
  const basic = Buffer.from(`x-access-token:${o.token}`).toString('base64')
  return { GIT_CONFIG_COUNT: '2', GIT_CONFIG_KEY_1: key, GIT_CONFIG_VALUE_1: `AUTHORIZATION: basic ${basic}` }
}

/** The files of a commit through the REST API. */
export function restTree(github: GitHub, commit: string): Tree {
  const listed = new Map<string, TreeFile>()
  let whole: ReturnType<GitHub['tree']> | undefined
  return {
    async list(roots) {
      whole ??= github.tree(commit, true)
      const { entries, truncated } = await whole
      const all = truncated
        ? (await Promise.all(roots.map((root) => walkTo(github, commit, segmentsOf(root), '')))).flat()
        : entries.filter((entry) => roots.some((root) => isBelow(entry.path, root)))
      const found = new Map<string, TreeFile>()
      for (const { path, sha, kind, size } of all) if (kind !== 'folder') found.set(path, { path, id: sha, size, kind })
      for (const [path, file] of found) listed.set(path, file)
      return [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
    },
    async read(paths) {
      const unknown = paths.filter((path) => !listed.has(path))
      if (unknown.length > 0) await this.list(unknown)
      const files = paths.flatMap((path) => listed.get(path) ?? []).filter((file) => file.kind === 'file')
      const bytes = new Map<string, Uint8Array>()
      const ids = [...new Set(files.map((file) => file.id!))]
      const worker = async () => {
        for (let id = ids.shift(); id !== undefined; id = ids.shift()) bytes.set(id, await github.blob(id))
      }
      await Promise.all(Array.from({ length: blobsAtOnce }, worker))
      return new Map(files.map((file) => [file.path, bytes.get(file.id!)!]))
    },
  }
}

const segmentsOf = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.')

// GitHub cuts off the list of a huge repository: go down to the folders that are asked for.
async function walkTo(github: GitHub, sha: string, segments: string[], above: string): Promise<TreeEntry[]> {
  const [next, ...rest] = segments
  if (next === undefined) return walkAll(github, sha, above)
  const entries = await folderOf(github, sha, above)
  const entry = entries.find((one) => one.path === next)
  if (!entry) return []
  const path = `${above}${next}`
  if (entry.kind === 'folder') return walkTo(github, entry.sha, rest, `${path}/`)
  return rest.length === 0 ? [{ ...entry, path }] : []
}

async function walkAll(github: GitHub, sha: string, above: string): Promise<TreeEntry[]> {
  const whole = await github.tree(sha, true)
  if (!whole.truncated) return whole.entries.map((entry) => ({ ...entry, path: `${above}${entry.path}` }))
  const entries = await folderOf(github, sha, above)
  const lists = entries.map((entry) =>
    entry.kind === 'folder'
      ? walkAll(github, entry.sha, `${above}${entry.path}/`)
      : Promise.resolve([{ ...entry, path: `${above}${entry.path}` }]),
  )
  return (await Promise.all(lists)).flat()
}

// A list that is cut off here would drop prompts without a word.
async function folderOf(github: GitHub, sha: string, above: string): Promise<TreeEntry[]> {
  const { entries, truncated } = await github.tree(sha, false)
  if (!truncated) return entries
  throw new AssayError('io', `The folder "${above || '/'}" has more files than GitHub lists.`, {
    hint: 'Check out the repository before Assay (actions/checkout with fetch-depth: 0).',
  })
}
