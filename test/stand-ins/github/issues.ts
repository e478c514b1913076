import {
  created,
  invalid,
  noContent,
  notFound,
  notPermitted,
  ok,
  Refusal,
  route,
  type Call,
  type Context,
  type Route,
} from './route.ts'
import { nodeId, type Comment, type Issue, type Label } from './state.ts'

const repo = '/repos/:owner/:repo'
// The comments of a pull request are open to either permission.
const read: Route['needs'] = [
  ['issues', 'read'],
  ['pull-requests', 'read'],
]
const write: Route['needs'] = [
  ['issues', 'write'],
  ['pull-requests', 'write'],
]
const maxBody = 65_536

export const issueRoutes: Route[] = [
  // `sort` and `direction` have no effect here: the oldest come first.
  route('GET', `${repo}/issues/:number/comments`, read, (call, context) => {
    const number = numberOf(call, context)
    const found = context.state.comments.filter((comment) => comment.issue === number)
    return ok(found.map((comment) => describe(comment, context)))
  }),

  route('POST', `${repo}/issues/:number/comments`, write, (call, context) => {
    const number = numberOf(call, context)
    const thread = [...context.state.pulls, ...context.state.issues].find((one) => one.number === number)
    if (thread?.locked) throw new Refusal(403, 'Unable to create comment because issue is locked.')
    const id = context.nextId()
    const now = context.now()
    const comment: Comment = {
      id,
      node_id: nodeId('IC', id),
      issue: number,
      body: bodyOf(call),
      user: context.viewer,
      created_at: now,
      updated_at: now,
      minimized: null,
    }
    context.state.comments.push(comment)
    return created(describe(comment, context))
  }),

  route('GET', `${repo}/issues/comments/:id`, read, (call, context) => ok(describe(commentOf(call, context), context))),

  route('PATCH', `${repo}/issues/comments/:id`, write, (call, context) => {
    const comment = commentOf(call, context)
    comment.body = bodyOf(call)
    comment.updated_at = context.now()
    return ok(describe(comment, context))
  }),

  route('DELETE', `${repo}/issues/comments/:id`, write, (call, context) => {
    const { comments } = context.state
    comments.splice(comments.indexOf(commentOf(call, context)), 1)
    return noContent
  }),

  // A list of issues holds the pull requests too; they can be told by a member.
  route('GET', `${repo}/issues`, [['issues', 'read']], ({ query }, context) => {
    const state = query.get('state') ?? 'open'
    const labels = (query.get('labels') ?? '').split(',').filter(Boolean)
    const creator = query.get('creator')
    const pulls = context.state.pulls.map((pull) => ({ ...pull, labels: [] as Label[], pull_request: {} }))
    const found = [...context.state.issues, ...pulls].filter(
      (issue) =>
        (state === 'all' || issue.state === state) &&
        labels.every((name) => issue.labels.some((label) => label.name === name)) &&
        (!creator || issue.user.login === creator),
    )
    return ok(
      found.toSorted((a, b) => b.number - a.number).map((issue) => ({ ...issue, ...links(issue.number, context) })),
    )
  }),

  route('GET', `${repo}/issues/:number`, read, (call, context) => ok(describeIssue(issueOf(call, context), context))),

  route('POST', `${repo}/issues`, [['issues', 'write']], ({ body }, context) => {
    if (!body.title) throw invalid('Issue', 'title', "title can't be blank", 'missing_field')
    const { issues, pulls } = context.state
    const number = Math.max(0, ...[...issues, ...pulls].map((one) => one.number)) + 1
    const id = context.nextId()
    const now = context.now()
    const issue: Issue = {
      number,
      id,
      node_id: nodeId('I', id),
      title: body.title,
      body: body.body ?? null,
      state: 'open',
      state_reason: null,
      labels: (body.labels ?? []).map((name: string) => labelOf(name, context)),
      locked: false,
      user: context.viewer,
      created_at: now,
      updated_at: now,
      closed_at: null,
    }
    issues.push(issue)
    return created(describeIssue(issue, context))
  }),

  route('PATCH', `${repo}/issues/:number`, [['issues', 'write']], (call, context) => {
    const issue = issueOf(call, context)
    const { title, body, state, state_reason, labels } = call.body
    if (title !== undefined) issue.title = title
    if (body !== undefined) issue.body = body
    if (labels !== undefined) issue.labels = labels.map((name: string) => labelOf(name, context))
    if (state !== undefined && state !== issue.state) {
      issue.state = state
      issue.closed_at = state === 'closed' ? context.now() : null
      issue.state_reason = state_reason ?? (state === 'closed' ? 'completed' : 'reopened')
    }
    issue.updated_at = context.now()
    return ok(describeIssue(issue, context))
  }),

  route('POST', `${repo}/issues/:number/labels`, write, (call, context) => {
    const issue = issueOf(call, context)
    for (const name of call.body.labels ?? [])
      if (!issue.labels.some((label) => label.name === name)) issue.labels.push(labelOf(name, context))
    return ok(issue.labels)
  }),

  route('GET', `${repo}/labels`, [['issues', 'read']], (_call, context) => ok(context.state.labels)),

  route('GET', `${repo}/labels/:name`, [['issues', 'read']], ({ params }, { state }) => {
    const label = state.labels.find(({ name }) => name === params.name)
    if (!label) throw notFound()
    return ok(label)
  }),

  route('POST', `${repo}/labels`, [['issues', 'write']], ({ body }, context) => {
    if (context.state.labels.some(({ name }) => name === body.name))
      throw invalid('Label', 'name', '', 'already_exists')
    return created(
      Object.assign(labelOf(body.name, context), { color: body.color, description: body.description ?? null }),
    )
  }),

  // The token of a workflow is no person and may not ask who it is.
  route('GET', '/user', [], (_call, { viewer }) => {
    if (viewer.type === 'Bot') throw notPermitted()
    return ok(viewer)
  }),
]

function numberOf({ params }: Call, { state }: Context): number {
  const number = Number(params.number)
  if (![...state.pulls, ...state.issues].some((one) => one.number === number)) throw notFound()
  return number
}

function issueOf({ params }: Call, { state }: Context): Issue {
  const issue = state.issues.find(({ number }) => number === Number(params.number))
  if (!issue) throw notFound()
  return issue
}

function commentOf({ params }: Call, { state }: Context): Comment {
  const comment = state.comments.find(({ id }) => id === Number(params.id))
  if (!comment) throw notFound()
  return comment
}

function bodyOf({ body }: Call): string {
  if (typeof body.body !== 'string' || body.body.trim() === '')
    throw invalid('IssueComment', 'data', "Body can't be blank")
  if (body.body.length > maxBody)
    throw invalid('IssueComment', 'data', `Body is too long (maximum is ${maxBody} characters)`, 'unprocessable')
  return body.body
}

/** A label by its name; GitHub makes those that do not exist when an issue asks for them. */
function labelOf(name: string, context: Context): Label {
  const known = context.state.labels.find((label) => label.name === name)
  if (known) return known
  const id = context.nextId()
  const label = { id, node_id: nodeId('LA', id), name, color: 'ededed', description: null }
  context.state.labels.push(label)
  return label
}

function describe({ issue, minimized: _minimized, ...comment }: Comment, context: Context) {
  const api = `${context.url}/repos/${context.repo}/issues`
  const kind = context.state.pulls.some(({ number }) => number === issue) ? 'pull' : 'issues'
  return {
    ...comment,
    url: `${api}/comments/${comment.id}`,
    html_url: `${context.url}/${context.repo}/${kind}/${issue}#issuecomment-${comment.id}`,
    issue_url: `${api}/${issue}`,
    author_association: 'NONE',
    performed_via_github_app: null,
  }
}

function links(number: number, context: Context) {
  const api = `${context.url}/repos/${context.repo}`
  const url = `${api}/issues/${number}`
  return {
    url,
    html_url: `${context.url}/${context.repo}/issues/${number}`,
    repository_url: api,
    comments_url: `${url}/comments`,
    comments: context.state.comments.filter(({ issue }) => issue === number).length,
  }
}

const describeIssue = (issue: Issue, context: Context) => ({ ...issue, ...links(issue.number, context) })
