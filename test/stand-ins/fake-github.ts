import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkRoutes } from './github/checks.ts'
import { dataRoutes } from './github/data.ts'
import { onTheWire, plan, take, type GitHubFault, type Matcher, type Planned } from './github/faults.ts'
import { readGit } from './github/git.ts'
import { graphql } from './github/graphql.ts'
import { issueRoutes } from './github/issues.ts'
import { paged } from './github/paging.ts'
import { pullRoutes } from './github/pulls.ts'
import {
  match,
  notFound,
  notPermitted,
  Refusal,
  type Context,
  type Level,
  type Permissions,
  type Reply,
} from './github/route.ts'
import { emptyState, nodeId, user, type Pull, type State } from './github/state.ts'
import { listen, parseBody, readBody, sendFault } from './http.ts'

export type { GitHubFault, Matcher } from './github/faults.ts'
export type { Permissions } from './github/route.ts'
export type { Comment, Issue, Pull, State } from './github/state.ts'

export interface FakeGitHubOptions {
  /** `owner/name`. */
  repo: string
  /** A bare repository on disk; it may get new commits while the server runs. */
  bare: string
  /** The one token that is accepted. */
  token?: string
  /** As under `permissions:` in a workflow; what is not named is not granted. Everything is, if absent. */
  permissions?: Permissions
  /** Login that the token belongs to. */
  user?: string
  now?: () => Date
}

export interface Recorded {
  method: string
  /** With the query. */
  path: string
  body: any
  /** `null` when a fault kept the answer back. */
  reply: Reply | null
}

export interface FakeGitHub extends AsyncDisposable {
  /** Root of the API; GraphQL is at `/graphql` below it. */
  url: string
  token: string
  repo: string
  /** Open to be read and to be changed by a test. */
  state: State
  requests: Recorded[]
  /** `METHOD /path` of all that the stand-in does not know; a test asserts that there are none. */
  unknownRoutes: string[]
  openPull(pull: Partial<Pull> & Pick<Pull, 'number' | 'head'>): Pull
  /** Puts a comment by anyone into a thread, past the API. */
  addComment(comment: { issue: number; body: string; user?: string }): State['comments'][number]
  fault(matcher: Matcher, fault: GitHubFault): Planned
  close(): Promise<void>
}

const routes = [...dataRoutes, ...pullRoutes, ...issueRoutes, ...checkRoutes]
const ranks: Record<Level, number> = { none: 0, read: 1, write: 2 }
const everything: Permissions = {
  contents: 'write',
  'pull-requests': 'write',
  issues: 'write',
  statuses: 'write',
  checks: 'write',
}

/** A GitHub on loopback that keeps what is written to it and reads commits from a real repository. */
export async function startFakeGitHub(o: FakeGitHubOptions): Promise<FakeGitHub> {
  const token = o.token ?? 'workflow-token'
  const permissions = o.permissions ?? everything
  const state = emptyState()
  const requests: Recorded[] = []
  const unknownRoutes: string[] = []
  const faults: Planned[] = []
  let ids = 1_000_000_000
  let lastMs = 0
  const context: Context = {
    repo: o.repo,
    url: '',
    git: readGit(o.bare),
    state,
    viewer: user(o.user ?? 'github-actions[bot]'),
    nextId: () => ++ids,
    now() {
      // Seconds, as GitHub has them; two writes never share one, so that their order can be read off.
      lastMs = Math.max((o.now?.() ?? new Date()).getTime(), lastMs + 1000)
      return `${new Date(lastMs).toISOString().slice(0, 19)}Z`
    },
  }
  const may = (scope: keyof Permissions, level: Level) => ranks[permissions[scope] ?? 'none'] >= ranks[level]

  async function answer(method: string, url: URL, request: IncomingMessage, body: unknown): Promise<Reply> {
    const { authorization, accept = '' } = request.headers
    const given = /^(?:token|bearer) (.+)$/i.exec(authorization ?? '')?.[1]
    if (given !== token) throw new Refusal(401, given ? 'Bad credentials' : 'Requires authentication')
    const fields = typeof body === 'object' && body !== null ? body : {}
    if (method === 'POST' && url.pathname === '/graphql') {
      const mayWrite = may('pull-requests', 'write') || may('issues', 'write')
      const reply = graphql(fields, context, mayWrite)
      if (reply) return reply
    }
    for (const route of routes) {
      const params = route.method === method ? match(url.pathname, route.path) : null
      if (!params) continue
      const { owner, repo, ...rest } = params
      // As for a private repository that the token does not reach.
      if (owner !== undefined && `${owner}/${repo}`.toLowerCase() !== o.repo.toLowerCase()) throw notFound()
      if (route.needs.length > 0 && !route.needs.some(([scope, level]) => may(scope, level))) throw notPermitted()
      return route.handle({ params: rest, query: url.searchParams, accept, body: fields }, context)
    }
    unknownRoutes.push(`${method} ${url.pathname}`)
    const reply = notFound().reply
    return { ...reply, headers: { 'x-stand-in': 'unknown-route' } }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET'
    const url = new URL(request.url ?? '/', context.url)
    const body = parseBody(await readBody(request))
    const recorded: Recorded = { method, path: url.pathname + url.search, body, reply: null }
    requests.push(recorded)
    const fault = take(faults, recorded)
    if (fault && !fault.late) return sendFault(response, onTheWire(fault))
    const reply = await answer(method, url, request, body).catch((error: unknown): Reply => {
      if (error instanceof Refusal) return error.reply
      return { status: 500, body: { message: `stand-in: ${error instanceof Error ? error.stack : error}` } }
    })
    if (fault) return sendFault(response, onTheWire(fault))
    if (Array.isArray(reply.body)) {
      const { page, headers } = paged(reply.body, url)
      recorded.reply = { ...reply, body: page, headers: { ...headers, ...reply.headers } }
    } else recorded.reply = reply
    send(response, recorded.reply)
  }

  const server = await listen((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  context.url = server.url

  return {
    url: server.url,
    token,
    repo: o.repo,
    state,
    requests,
    unknownRoutes,
    openPull(given) {
      const pull: Pull = {
        title: 'Change the prompts',
        body: null,
        state: 'open',
        merged: false,
        draft: false,
        locked: false,
        base: 'main',
        headRepo: o.repo,
        user: user('ada'),
        created_at: context.now(),
        ...given,
      }
      state.pulls.push(pull)
      return pull
    },
    addComment({ issue, body, user: login }) {
      const id = context.nextId()
      const now = context.now()
      const dates = { created_at: now, updated_at: now }
      const comment = {
        id,
        node_id: nodeId('IC', id),
        issue,
        body,
        user: user(login ?? 'ada'),
        ...dates,
        minimized: null,
      }
      state.comments.push(comment)
      return comment
    },
    fault(matcher, fault) {
      const planned = plan(matcher, fault)
      faults.push(planned)
      return planned
    },
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  }
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  const common = {
    'x-github-request-id': 'stand-in',
    'x-ratelimit-limit': '1000',
    'x-ratelimit-remaining': '900',
    ...headers,
  }
  if (body === undefined) response.writeHead(status, common).end()
  else if (Buffer.isBuffer(body))
    response.writeHead(status, { 'content-type': 'application/octet-stream', ...common }).end(body)
  else
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...common })
      .end(JSON.stringify(body))
}
