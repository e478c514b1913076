import type { Context, Reply } from './route.ts'

/** The one mutation that has no REST route: folding a comment away. `null` for every other query. */
export function graphql(body: Record<string, any>, { state }: Context, mayWrite: boolean): Reply | null {
  const query = String(body.query ?? '')
  if (!/\bminimizeComment\b/.test(query)) return null
  const sent = JSON.stringify(body.variables ?? {}) + query
  const comment = state.comments.find(({ node_id }) => sent.includes(`"${node_id}"`))
  if (!comment) return refused('NOT_FOUND', 'Could not resolve to a node with the global id given')
  if (!mayWrite) return refused('FORBIDDEN', 'Resource not accessible by integration')
  const reason = /\b(ABUSE|DUPLICATE|OFF_TOPIC|OUTDATED|RESOLVED|SPAM)\b/.exec(sent)?.[1] ?? 'OUTDATED'
  comment.minimized = reason
  const minimizedComment = { isMinimized: true, minimizedReason: reason.toLowerCase() }
  return { status: 200, body: { data: { minimizeComment: { minimizedComment } } } }
}

/** GraphQL says no with status 200. */
function refused(type: string, message: string): Reply {
  const errors = [{ type, path: ['minimizeComment'], message }]
  return { status: 200, body: { data: { minimizeComment: null }, errors } }
}
