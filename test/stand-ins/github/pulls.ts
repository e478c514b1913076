import { files, repository } from './data.ts'
import { isInDiff } from './patch.ts'
import { created, invalid, notFound, ok, Refusal, route, type Call, type Context, type Route } from './route.ts'
import { nodeId, user, type Pull, type ReviewComment } from './state.ts'

const repo = '/repos/:owner/:repo'
const read: Route['needs'] = [['pull-requests', 'read']]
const write: Route['needs'] = [['pull-requests', 'write']]

export const pullRoutes: Route[] = [
  route('GET', `${repo}/pulls`, read, async ({ query }, context) => {
    const state = query.get('state') ?? 'open'
    const head = query.get('head')
    const base = query.get('base')
    const found = context.state.pulls.filter(
      (pull) =>
        (state === 'all' || pull.state === state) &&
        // A head without its owner is ignored by GitHub, not refused.
        (!head?.includes(':') || head === label(pull)) &&
        (!base || base === pull.base),
    )
    return ok(await Promise.all(found.toReversed().map((pull) => describe(pull, context))))
  }),

  route('GET', `${repo}/commits/:sha/pulls`, read, async ({ params }, context) => {
    const all = await Promise.all(context.state.pulls.map((pull) => describe(pull, context)))
    return ok(all.filter((pull) => pull.head.sha === params.sha))
  }),

  route('GET', `${repo}/pulls/:number`, read, async (call, context) =>
    ok(await describe(pullOf(call, context), context)),
  ),

  route('GET', `${repo}/pulls/:number/files`, read, async (call, context) => {
    const { base, head } = await ends(pullOf(call, context), context)
    const ancestor = await context.git.mergeBase(base, head)
    // GitHub lists at most 3,000 files.
    return ok((await files(context, ancestor ?? base, head)).slice(0, 3000))
  }),

  route('GET', `${repo}/pulls/:number/reviews`, read, (call, context) => {
    const { number } = pullOf(call, context)
    const found = context.state.reviews.filter((review) => review.pull === number)
    return ok(found.map(({ pull: _pull, ...review }) => review))
  }),

  route('POST', `${repo}/pulls/:number/reviews`, write, async (call, context) => {
    const pull = pullOf(call, context)
    const { body } = call
    const { base, head } = await ends(pull, context)
    const changed = await context.git.changed((await context.git.mergeBase(base, head)) ?? base, head)
    const places: ReviewComment[] = (body.comments ?? []).map((comment: Record<string, any>) => reviewComment(comment))
    if (!body.event) throw new Refusal(422, 'The stand-in takes no pending reviews: "event" is missing')
    if (body.event === 'COMMENT' && !body.body && places.length === 0)
      throw invalid('PullRequestReview', 'body', 'is blank')
    const outside = places.filter((place) => !isInDiff(changed, place))
    if (outside.length > 0) {
      const errors = outside.map(({ path, line }) => `Line could not be resolved: ${path}:${line}`)
      throw new Refusal(422, 'Unprocessable Entity', { errors })
    }
    const id = context.nextId()
    const commit_id = body.commit_id ?? head
    const now = context.now()
    const states = { COMMENT: 'COMMENTED', APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED' } as const
    const review = {
      id,
      node_id: nodeId('PRR', id),
      pull: pull.number,
      body: body.body ?? '',
      state: states[body.event as keyof typeof states] ?? 'COMMENTED',
      commit_id,
      user: context.viewer,
      submitted_at: now,
    }
    context.state.reviews.push(review)
    for (const place of places) {
      const own = context.nextId()
      const node_id = nodeId('PRRC', own)
      const links = { pull: pull.number, pull_request_review_id: id, commit_id, user: context.viewer }
      context.state.reviewComments.push({ ...place, ...links, id: own, node_id, created_at: now, updated_at: now })
    }
    const html_url = `${context.url}/${context.repo}/pull/${pull.number}#pullrequestreview-${id}`
    const { pull: _pull, ...rest } = review
    return ok({ ...rest, html_url })
  }),

  route('GET', `${repo}/pulls/:number/comments`, read, (call, context) => {
    const { number } = pullOf(call, context)
    const found = context.state.reviewComments.filter((comment) => comment.pull === number)
    return ok(found.map((comment) => describeComment(comment, context)))
  }),

  route('POST', `${repo}/pulls/:number/comments`, write, async (call, context) => {
    const pull = pullOf(call, context)
    const { base, head } = await ends(pull, context)
    const changed = await context.git.changed((await context.git.mergeBase(base, head)) ?? base, head)
    const place = reviewComment(call.body)
    if (!isInDiff(changed, place))
      throw invalid('PullRequestReviewComment', 'pull_request_review_thread.line', 'must be part of the diff')
    const id = context.nextId()
    const now = context.now()
    const links = { pull: pull.number, commit_id: call.body.commit_id ?? head, user: context.viewer }
    const comment = { ...place, ...links, id, node_id: nodeId('PRRC', id), created_at: now, updated_at: now }
    context.state.reviewComments.push(comment)
    return created(describeComment(comment, context))
  }),
]

function pullOf({ params }: Call, { state }: Context): Pull {
  const pull = state.pulls.find(({ number }) => number === Number(params.number))
  if (!pull) throw notFound()
  return pull
}

const label = (pull: Pull) => `${pull.headRepo.split('/')[0]}:${pull.head}`

async function ends(pull: Pull, { git }: Context): Promise<{ base: string; head: string }> {
  const head = (await git.commitSha(`refs/pull/${pull.number}/head`)) ?? (await git.commitSha(pull.head))
  const base = await git.commitSha(pull.base)
  if (!head || !base)
    throw new Error(`pull request ${pull.number}: "${head ? pull.base : pull.head}" is not in the repository`)
  return { base, head }
}

async function describe(pull: Pull, context: Context) {
  const { base, head } = await ends(pull, context)
  const { number, title, body, state, merged, draft, locked, created_at } = pull
  const html_url = `${context.url}/${context.repo}/pull/${number}`
  const side = async (ref: string, sha: string, name: string) => {
    const owner = name.split('/')[0] ?? ''
    return { label: `${owner}:${ref}`, ref, sha, user: user(owner), repo: await repository(context, name) }
  }
  return {
    id: 900_000_000 + number,
    node_id: nodeId('PR', number),
    number,
    url: `${context.url}/repos/${context.repo}/pulls/${number}`,
    html_url,
    diff_url: `${html_url}.diff`,
    title,
    body,
    state,
    merged,
    draft,
    locked,
    user: pull.user,
    created_at,
    updated_at: created_at,
    labels: [],
    head: await side(pull.head, head, pull.headRepo),
    base: await side(pull.base, base, context.repo),
    merge_commit_sha: await context.git.commitSha(`refs/pull/${number}/merge`),
  }
}

function reviewComment(sent: Record<string, any>): ReviewComment {
  const { path, body, line, start_line = null, side = 'RIGHT' } = sent
  const blank = { id: 0, node_id: '', pull: 0, pull_request_review_id: 0, commit_id: '', user: user('ghost') }
  return { ...blank, path, body, line, start_line, side, created_at: '', updated_at: '' }
}

function describeComment({ pull, ...comment }: ReviewComment, context: Context) {
  const html_url = `${context.url}/${context.repo}/pull/${pull}#discussion_r${comment.id}`
  return { ...comment, html_url, url: `${context.url}/repos/${context.repo}/pulls/comments/${comment.id}` }
}
