import type { Git } from './git.ts'
import type { State, User } from './state.ts'

/** Keys as under `permissions:` in a workflow file. */
export type Scope = 'contents' | 'pull-requests' | 'issues' | 'statuses' | 'checks'
export type Level = 'none' | 'read' | 'write'
export type Permissions = Partial<Record<Scope, Level>>

export interface Reply {
  status: number
  body?: unknown
  headers?: Record<string, string>
}

/** Where a handler works. */
export interface Context {
  /** `owner/name`. */
  repo: string
  /** API root, also the address of pages, so that a followed link never leaves the machine. */
  url: string
  git: Git
  state: State
  /** Whom the token belongs to. */
  viewer: User
  /** Hands out numbers that grow over all kinds of things. */
  nextId(): number
  now(): string
}

export interface Call {
  params: Record<string, string>
  query: URLSearchParams
  accept: string
  body: Record<string, any>
}

export interface Route {
  method: string
  path: string
  /** One of these is enough; none means that every token will do. */
  needs: [Scope, Level][]
  /** An array in the reply is cut into pages by the server. */
  handle(call: Call, context: Context): Reply | Promise<Reply>
}

/** Short form of a route: `route('GET', '/repos/:owner/:repo/labels', [['issues', 'read']], …)`. */
export function route(method: string, path: string, needs: Route['needs'], handle: Route['handle']): Route {
  return { method, path, needs, handle }
}

/** The values of `:name` in a route's path; `:name*` also takes slashes. */
export function match(path: string, pattern: string): Record<string, string> | null {
  const source = pattern.replace(/:(\w+)(\*?)/g, (_all, name, rest) => `(?<${name}>${rest ? '.+' : '[^/]+'})`)
  const found = new RegExp(`^${source}$`).exec(path)
  if (!found) return null
  return Object.fromEntries(
    Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
  )
}

export const ok = (body: unknown): Reply => ({ status: 200, body })
export const created = (body: unknown): Reply => ({ status: 201, body })
export const noContent: Reply = { status: 204 }

/** An answer that ends a handler early. */
export class Refusal extends Error {
  readonly reply: Reply

  constructor(status: number, message: string, more: Record<string, unknown> = {}) {
    super(message)
    const documentation_url = 'https://docs.github.com/rest'
    this.reply = { status, body: { message, ...more, documentation_url, status: String(status) } }
  }
}

export const notFound = () => new Refusal(404, 'Not Found')
export const notPermitted = () => new Refusal(403, 'Resource not accessible by integration')
export const invalid = (resource: string, field: string, message: string, code = 'custom') =>
  new Refusal(422, 'Validation Failed', { errors: [{ resource, field, code, message }] })
