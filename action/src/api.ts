import { AssayError } from '@assay/core'

/** A request and its answer: data of a route, not yet looked at. */
export type Api = {
  read(route: string, parameters?: Record<string, unknown>): Promise<unknown>
  /** All pages, by the `Link` header. */
  readAll(route: string, parameters?: Record<string, unknown>): Promise<unknown[]>
  /** Safe to repeat: an edit, a deletion. */
  edit(route: string, parameters?: Record<string, unknown>): Promise<unknown>
  /** Not safe to repeat, so never repeated here: whether it was carried out may be unknown. */
  create(route: string, parameters?: Record<string, unknown>): Promise<unknown>
  /** From now on all requests together have this time; then each fails at once. */
  limit(ms: number): void
}

export type ApiOptions = {
  token: string
  owner: string
  repo: string
  /** Time of one request, its answer included. */
  timeoutMs?: number
  /** Base of the waiting time between two tries. */
  retryMs?: number
  /** Without it the one that @actions/github reads from GITHUB_API_URL. */
  baseUrl?: string
}

const retries = 2
const longestWaitSeconds = 30
/** What no second try can change; limits (429) are the matter of the throttling plugin. */
const doNotRetry = [400, 401, 403, 404, 410, 422, 429, 451]

/**
 * GitHub's REST API with time limits, retries and waiting for secondary limits. @actions/github has none of them: one 502
 * would end the run, and a hanging server would hang it. It reads the environment when it is imported, hence `import()`.
 */
export async function connect(o: ApiOptions): Promise<Api> {
  const [{ getOctokit }, { defaults }, { retry }, { throttling }] = await Promise.all([
    import('@actions/github'),
    import('@actions/github/lib/utils'),
    import('@octokit/plugin-retry'),
    import('@octokit/plugin-throttling'),
  ])
  let deadline: AbortSignal | undefined
  const send = defaults.request!.fetch as typeof fetch
  const timed: typeof fetch = (url, init) => {
    // A signal made once would expire for all requests.
    const signals = [AbortSignal.timeout(o.timeoutMs ?? 10_000), deadline, init?.signal]
    return send(url, { ...init, signal: AbortSignal.any(signals.filter((signal) => signal != null)) })
  }
  // A primary limit is not waited for: its reset can be an hour away.
  const waits = (seconds: number, _request: unknown, _octokit: unknown, tries: number) =>
    seconds <= longestWaitSeconds && tries < 2
  const silent = { debug() {}, info() {}, warn() {}, error() {} }
  const octokit = getOctokit(
    o.token,
    {
      ...(o.baseUrl ? { baseUrl: o.baseUrl } : {}),
      // A client that talks would print what servers answer, past our own log.
      log: silent,
      // `request.retries` here would repeat every failure, refusals as well: the plugin takes it for a wish.
      request: { fetch: timed, log: silent },
      retry: { retries, doNotRetry, retryAfterBaseValue: o.retryMs ?? 500 + jitter() },
      throttle: { onRateLimit: () => false, onSecondaryRateLimit: waits, fallbackSecondaryRateRetryAfter: 60 },
    },
    retry,
    throttling,
  )
  const once = { request: { retries: 0, fetch: timed, log: silent } }
  // What is no part of the path would be sent as a query.
  const whole = (route: string, parameters: Record<string, unknown> = {}) =>
    route.includes('{owner}') ? { owner: o.owner, repo: o.repo, ...parameters } : parameters
  const call = async (route: string, parameters?: Record<string, unknown>) =>
    (await octokit.request(route, whole(route, parameters))).data as unknown
  return {
    read: call,
    edit: call,
    create: (route, parameters) => call(route, { ...parameters, ...once }),
    async readAll(route, parameters) {
      const items: unknown[] = []
      const first = { ...whole(route, parameters), per_page: 100 }
      let page = await octokit.request(route, first)
      for (;;) {
        items.push(...listOf(page.data, route))
        const next = nextPage(page.headers.link, page.url)
        if (next === null) return items
        page = await octokit.request(`GET ${next}`)
      }
    },
    limit: (ms) => void (deadline = AbortSignal.timeout(ms)),
  }
}

// Runs that met the same outage must not come back in step.
const jitter = (): number => Math.round(Math.random() * 500)

/** The address of the next page, from the `Link` header; one that leads to another host is not followed with a token. */
export function nextPage(link: string | undefined, from: string): string | null {
  const [, next] = /<([^<>]+)>;\s*rel="next"/.exec(link ?? '') ?? []
  return next !== undefined && URL.parse(next)?.origin === new URL(from).origin ? next : null
}

/** A page of a proxy with status 200 is a failure of the route, not a TypeError somewhere later. */
export function listOf(data: unknown, route: string): unknown[] {
  if (Array.isArray(data)) return data
  throw wrongShape(route)
}

export const wrongShape = (route: string): AssayError =>
  new AssayError('io', `GitHub sent no usable answer to ${route}.`, {
    hint: 'A proxy or login page may stand between the runner and GitHub.',
  })

/** Status and words of a refusal; null: no answer at all, or one that says nothing about the request. */
export function refusalOf(error: unknown): { status: number; words: string } | null {
  const { status, response, message } = error as { status?: unknown; response?: unknown; message?: unknown }
  if (typeof status !== 'number' || response === undefined || status >= 500) return null
  return {
    status,
    words: String(message ?? '')
      .split('\n')[0]!
      .slice(0, 300),
  }
}

/** Why a request got nowhere, in a few words. */
export function faultWords(error: unknown): string {
  const { status, response, message, cause } = error as Record<string, unknown>
  const name = (cause as { name?: unknown } | undefined)?.name ?? (error as { name?: unknown }).name
  if (name === 'TimeoutError' || name === 'AbortError') return 'no answer in time'
  if (response !== undefined && typeof status === 'number') return `status ${status}`
  return String(message ?? error)
    .split('\n')[0]!
    .slice(0, 200)
}
