import type { WireFault } from '../http.ts'

/** Which requests a fault meets: `'POST /repos/acme/app/issues/*'` with `*` for anything, or a question about one. */
export type Matcher = string | RegExp | ((request: { method: string; path: string; body: any }) => boolean)

export type GitHubFault = (WireFault | { kind: 'secondary-limit'; retryAfter?: number } | { kind: 'primary-limit' }) & {
  /** How many requests it meets; one unless given. */
  times?: number
  /** The request is carried out and only its answer lost: a write whose outcome nobody knows. */
  late?: boolean
}

export interface Planned {
  matcher: Matcher
  fault: GitHubFault
  left: number
  /** Requests met so far. */
  hits: number
}

export function plan(matcher: Matcher, fault: GitHubFault): Planned {
  return { matcher, fault, left: fault.times ?? 1, hits: 0 }
}

/** The first fault that is due for a request; it is used up by that. */
export function take(planned: Planned[], request: { method: string; path: string; body: unknown }): GitHubFault | null {
  const due = planned.find(({ left, matcher }) => left > 0 && meets(matcher, request))
  if (!due) return null
  due.left--
  due.hits++
  return due.fault
}

/** The limits as the faults of the wire that they look like. */
export function onTheWire(fault: GitHubFault): WireFault {
  if (fault.kind === 'secondary-limit') {
    const headers = { 'retry-after': String(fault.retryAfter ?? 1) }
    return { kind: 'status', status: 403, headers, body: { message: 'You have exceeded a secondary rate limit.' } }
  }
  if (fault.kind === 'primary-limit') {
    const reset = String(Math.ceil(Date.now() / 1000) + 3600)
    const headers = { 'x-ratelimit-limit': '1000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
    return { kind: 'status', status: 403, headers, body: { message: 'API rate limit exceeded for installation.' } }
  }
  return fault
}

function meets(matcher: Matcher, request: { method: string; path: string; body: unknown }): boolean {
  if (typeof matcher === 'function') return matcher(request)
  const line = `${request.method} ${request.path}`
  if (matcher instanceof RegExp) return matcher.test(line)
  const parts = matcher.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(line)
}
