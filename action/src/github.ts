import { refusalOf, wrongShape, type Api } from './api.ts'

/** A comment as far as Assay looks at it. */
export type Comment = { id: number; body: string; author: string; url: string }

export type TreeEntry = { path: string; sha: string; kind: 'file' | 'symlink' | 'submodule' | 'folder'; size: number }

/** The routes that Assay uses, each answer checked. */
export type GitHub = {
  pull(number: number): Promise<{ headSha: string; isOpen: boolean }>
  /** Login of the token's owner; null for the token of a workflow, which may not ask. */
  viewer(): Promise<string | null>
  comments(number: number): Promise<Comment[]>
  createComment(number: number, body: string): Promise<Comment>
  editComment(id: number, body: string): Promise<Comment>
  deleteComment(id: number): Promise<void>
  /** null: the two commits have no common ancestor. Files that moved: new path -> old path. */
  mergeBase(base: string, head: string): Promise<{ sha: string; renames: Map<string, string> } | null>
  /** A folder of a commit, or of a tree; `recursive` may be cut off by GitHub. */
  tree(sha: string, recursive: boolean): Promise<{ entries: TreeEntry[]; truncated: boolean }>
  blob(sha: string): Promise<Uint8Array>
}

type Json = Record<string, any>
const repo = '/repos/{owner}/{repo}'

export function routesOf(api: Api): GitHub {
  return {
    async pull(number) {
      const route = `GET ${repo}/pulls/{number}`
      const data = object(await api.read(route, { number }), route)
      return { headSha: text(data['head']?.sha, route), isOpen: data['state'] === 'open' }
    },
    async viewer() {
      try {
        return text(object(await api.read('GET /user'), 'GET /user')['login'], 'GET /user')
      } catch (error) {
        if (refusalOf(error)?.status === 403) return null
        throw error
      }
    },
    async comments(number) {
      const route = `GET ${repo}/issues/{number}/comments`
      return (await api.readAll(route, { number })).map((one) => commentOf(one, route))
    },
    async createComment(number, body) {
      const route = `POST ${repo}/issues/{number}/comments`
      return commentOf(await api.create(route, { number, body }), route)
    },
    async editComment(id, body) {
      const route = `PATCH ${repo}/issues/comments/{id}`
      return commentOf(await api.edit(route, { id, body }), route)
    },
    deleteComment: async (id) => void (await api.edit(`DELETE ${repo}/issues/comments/{id}`, { id })),
    async mergeBase(base, head) {
      const route = `GET ${repo}/compare/{range}`
      try {
        const data = object(await api.read(route, { range: `${base}...${head}`, per_page: 1 }), route)
        return { sha: text(data['merge_base_commit']?.sha, route), renames: renamesOf(data['files']) }
      } catch (error) {
        const refusal = refusalOf(error)
        if (refusal?.status === 404 && /no common ancestor/i.test(refusal.words)) return null
        throw error
      }
    },
    async tree(sha, recursive) {
      const route = `GET ${repo}/git/trees/{sha}`
      // Any value of the parameter means yes, so it is left out for no.
      const data = object(await api.read(route, { sha, ...(recursive ? { recursive: '1' } : {}) }), route)
      if (!Array.isArray(data['tree'])) throw wrongShape(route)
      return { entries: data['tree'].map((one) => entryOf(one, route)), truncated: data['truncated'] === true }
    },
    async blob(sha) {
      const route = `GET ${repo}/git/blobs/{sha}`
      const data = object(await api.read(route, { sha }), route)
      if (data['encoding'] !== 'base64') throw wrongShape(route)
      return Buffer.from(text(data['content'], route, true), 'base64')
    },
  }
}

function object(data: unknown, route: string): Json {
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data
  throw wrongShape(route)
}

function text(value: unknown, route: string, mayBeEmpty = false): string {
  if (typeof value === 'string' && (mayBeEmpty || value !== '')) return value
  throw wrongShape(route)
}

function commentOf(data: unknown, route: string): Comment {
  const one = object(data, route)
  if (typeof one['id'] !== 'number') throw wrongShape(route)
  return {
    id: one['id'],
    body: String(one['body'] ?? ''),
    // An account that was deleted has no user.
    author: String(one['user']?.login ?? ''),
    url: String(one['html_url'] ?? ''),
  }
}

function entryOf(data: unknown, route: string): TreeEntry {
  const { path, sha, type, mode, size } = object(data, route)
  const kind = type === 'tree' ? 'folder' : type === 'commit' ? 'submodule' : mode === '120000' ? 'symlink' : 'file'
  return { path: text(path, route), sha: text(sha, route), kind, size: typeof size === 'number' ? size : 0 }
}

function renamesOf(files: unknown): Map<string, string> {
  const list: Json[] = Array.isArray(files) ? files : []
  const moved = list.filter((file) => file['status'] === 'renamed' && typeof file['previous_filename'] === 'string')
  return new Map(moved.map((file) => [String(file['filename']), String(file['previous_filename'])]))
}
