import type { CommitData } from './git.ts'
import { notFound, ok, Refusal, route, type Context, type Route } from './route.ts'
import { user } from './state.ts'

const repo = '/repos/:owner/:repo'
const read: Route['needs'] = [['contents', 'read']]

/** Routes that read the git repository. */
export const dataRoutes: Route[] = [
  route('GET', repo, [], async (_call, context) => ok(await repository(context))),

  route('GET', `${repo}/git/trees/:sha*`, read, async ({ params, query }, context) => {
    const sha = await context.git.treeSha(params.sha ?? '')
    if (!sha) throw notFound()
    // Any value of the parameter means yes, even `0`.
    const all = await context.git.list(sha, query.has('recursive'))
    const api = `${context.url}/repos/${context.repo}/git`
    const tree = all.slice(0, context.state.maxTreeEntries).map(({ size, ...entry }) => ({
      ...entry,
      ...(size === null ? {} : { size }),
      url: `${api}/${entry.type}s/${entry.sha}`,
    }))
    return ok({ sha, url: `${api}/trees/${sha}`, tree, truncated: tree.length < all.length })
  }),

  route('GET', `${repo}/git/blobs/:sha`, read, async ({ params, accept }, context) => {
    const sha = params.sha ?? ''
    const bytes = /^[0-9a-f]{40}$/.test(sha) ? await context.git.blob(sha) : null
    if (!bytes) throw notFound()
    if (accept.includes('raw')) return ok(bytes)
    const url = `${context.url}/repos/${context.repo}/git/blobs/${sha}`
    return ok({ sha, node_id: `B_${sha}`, size: bytes.length, url, content: base64(bytes), encoding: 'base64' })
  }),

  route('GET', `${repo}/git/commits/:sha`, read, async ({ params }, context) => {
    const data = await commitOf(context, params.sha ?? '')
    const { sha, author, committer, message } = data
    return ok({ sha, author, committer, message, ...commitLinks(context, data), verification })
  }),

  route('GET', `${repo}/commits/:ref*`, read, async ({ params, accept }, context) => {
    const data = await commitOf(context, params.ref ?? '')
    if (accept.includes('.sha')) return ok(Buffer.from(data.sha))
    return ok({
      ...commit(context, data),
      files: data.parents[0] ? await files(context, data.parents[0], data.sha) : [],
    })
  }),

  route('GET', `${repo}/compare/:range*`, read, async ({ params }, context) => {
    // A side may name its owner, `acme:main`; forks have no repository of their own here.
    const [baseName = '', headName = ''] = (params.range ?? '')
      .split('...')
      .map((side) => side.replace(/^[\w.-]+:/, ''))
    const [base, head] = [await commitOf(context, baseName), await commitOf(context, headName)]
    const ancestor = await context.git.mergeBase(base.sha, head.sha)
    if (!ancestor) throw new Refusal(404, `No common ancestor between ${baseName} and ${headName}.`)
    const [behind, ahead] = await context.git.distance(base.sha, head.sha)
    const between = await context.git.between(base.sha, head.sha)
    const page = `${context.url}/${context.repo}/compare/${params.range}`
    return ok({
      url: `${context.url}/repos/${context.repo}/compare/${params.range}`,
      html_url: page,
      permalink_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      base_commit: commit(context, base),
      merge_base_commit: commit(context, await context.git.commit(ancestor)),
      status: behind > 0 ? (ahead > 0 ? 'diverged' : 'behind') : ahead > 0 ? 'ahead' : 'identical',
      ahead_by: ahead,
      behind_by: behind,
      total_commits: between.length,
      commits: await Promise.all(between.map(async (sha) => commit(context, await context.git.commit(sha)))),
      files: await files(context, ancestor, head.sha),
    })
  }),

  route('GET', `${repo}/contents/:path*`, read, async ({ params, query, accept }, context) => {
    const path = (params.path ?? '').replace(/\/$/, '')
    const ref = query.get('ref') ?? (await context.git.defaultBranch())
    const root = await context.git.treeSha(ref)
    if (!root) throw new Refusal(404, `No commit found for the ref ${ref}`)
    const all = await context.git.list(root, true)
    const describe = ({ sha, size, path: at, mode, type }: (typeof all)[number]) => {
      const url = `${context.url}/repos/${context.repo}/contents/${at}?ref=${ref}`
      const html_url = `${context.url}/${context.repo}/blob/${ref}/${at}`
      const git_url = `${context.url}/repos/${context.repo}/git/${type}s/${sha}`
      const kind = type === 'tree' ? 'dir' : type === 'commit' ? 'submodule' : mode === '120000' ? 'symlink' : 'file'
      const download_url = kind === 'file' ? `${context.url}/${context.repo}/raw/${ref}/${at}` : null
      const links = { self: url, git: git_url, html: html_url }
      return {
        name: at.split('/').at(-1),
        path: at,
        sha,
        size: size ?? 0,
        url,
        html_url,
        git_url,
        download_url,
        type: kind,
        _links: links,
      }
    }
    const entry = all.find((one) => one.path === path)
    if (!entry) throw notFound()
    if (entry.type === 'tree')
      return ok(
        all
          .filter((one) => one.path.startsWith(`${path}/`) && !one.path.slice(path.length + 1).includes('/'))
          .map(describe),
      )
    const bytes = (await context.git.blob(entry.sha)) ?? Buffer.alloc(0)
    if (accept.includes('raw')) return ok(bytes)
    // Above 1 MB the text is left out and the encoding says so.
    const small = bytes.length <= 1024 * 1024
    return ok({ ...describe(entry), content: small ? base64(bytes) : '', encoding: small ? 'base64' : 'none' })
  }),
]

export async function repository(context: Context, fullName = context.repo): Promise<Record<string, unknown>> {
  const [owner = '', name = ''] = fullName.split('/')
  return {
    id: 700_000_000 + fullName.length,
    node_id: `R_${fullName.length}`,
    name,
    full_name: fullName,
    private: true,
    fork: fullName !== context.repo,
    owner: user(owner),
    html_url: `${context.url}/${fullName}`,
    url: `${context.url}/repos/${fullName}`,
    clone_url: `${context.url}/${fullName}.git`,
    default_branch: await context.git.defaultBranch(),
    archived: false,
    visibility: 'private',
  }
}

/** The files of a pull request or a comparison, as GitHub lists them. */
export async function files(context: Context, from: string, to: string) {
  const changed = await context.git.changed(from, to)
  return changed.map((file) => {
    const path = file.filename.split('/').map(encodeURIComponent).join('/')
    return {
      ...file,
      changes: file.additions + file.deletions,
      blob_url: `${context.url}/${context.repo}/blob/${to}/${path}`,
      raw_url: `${context.url}/${context.repo}/raw/${to}/${path}`,
      contents_url: `${context.url}/repos/${context.repo}/contents/${path}?ref=${to}`,
    }
  })
}

async function commitOf(context: Context, revision: string): Promise<CommitData> {
  const sha = await context.git.commitSha(revision)
  if (sha) return context.git.commit(sha)
  if (/^[0-9a-f]{40}$/.test(revision)) throw new Refusal(422, `No commit found for SHA: ${revision}`)
  throw notFound()
}

const verification = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null }

function commitLinks(context: Context, { sha, tree, parents }: CommitData) {
  const api = `${context.url}/repos/${context.repo}`
  const page = `${context.url}/${context.repo}/commit`
  return {
    node_id: `C_${sha}`,
    url: `${api}/git/commits/${sha}`,
    html_url: `${page}/${sha}`,
    tree: { sha: tree, url: `${api}/git/trees/${tree}` },
    parents: parents.map((one) => ({ sha: one, url: `${api}/commits/${one}`, html_url: `${page}/${one}` })),
  }
}

function commit(context: Context, data: CommitData) {
  const { node_id, url, html_url, tree, parents } = commitLinks(context, data)
  const { author, committer, message } = data
  const rest = `${context.url}/repos/${context.repo}/commits/${data.sha}`
  return {
    sha: data.sha,
    node_id,
    url: rest,
    html_url,
    comments_url: `${rest}/comments`,
    commit: { url, author, committer, message, tree, comment_count: 0, verification },
    author: null,
    committer: null,
    parents,
  }
}

/** In lines of 60 characters, as GitHub sends it; not every decoder takes the line breaks. */
const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/.{1,60}/g, '$&\n')
