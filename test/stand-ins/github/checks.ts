import { created, invalid, notFound, ok, Refusal, route, type Call, type Context, type Route } from './route.ts'
import { nodeId, type CheckRun } from './state.ts'

const repo = '/repos/:owner/:repo'

/** Routes that mark a commit. */
export const checkRoutes: Route[] = [
  route('POST', `${repo}/statuses/:sha`, [['statuses', 'write']], async ({ params, body }, context) => {
    const sha = await context.git.commitSha(params.sha ?? '')
    if (!sha) throw new Refusal(422, `No commit found for SHA: ${params.sha}`)
    if (!['error', 'failure', 'pending', 'success'].includes(body.state))
      throw invalid('Status', 'state', 'is not included in the list')
    if (String(body.description ?? '').length > 140)
      throw invalid('Status', 'description', 'description is too long (maximum is 140 characters)')
    const id = context.nextId()
    const now = context.now()
    const { state, context: name = 'default', description = null, target_url = null } = body
    const dates = { created_at: now, updated_at: now }
    const status = {
      id,
      node_id: nodeId('SC', id),
      state,
      context: name,
      description,
      target_url,
      creator: context.viewer,
      ...dates,
    }
    context.state.statuses.push({ ...status, sha })
    return created({ ...status, url: `${context.url}/repos/${context.repo}/statuses/${sha}` })
  }),

  route('POST', `${repo}/check-runs`, [['checks', 'write']], async ({ body }, context) => {
    if (!body.name) throw invalid('CheckRun', 'name', '', 'missing_field')
    const sha = await context.git.commitSha(body.head_sha ?? '')
    if (!sha) throw new Refusal(422, `No commit found for SHA: ${body.head_sha}`)
    const id = context.nextId()
    const run: CheckRun = {
      id,
      node_id: nodeId('CR', id),
      name: body.name,
      head_sha: sha,
      status: 'queued',
      conclusion: null,
      output: { title: null, summary: null, text: null, annotations_count: 0 },
      annotations: [],
      details_url: null,
      started_at: body.started_at ?? context.now(),
      completed_at: null,
    }
    update(run, body, context)
    context.state.checkRuns.push(run)
    return created(describe(run, context))
  }),

  route('PATCH', `${repo}/check-runs/:id`, [['checks', 'write']], (call, context) => {
    const run = runOf(call, context)
    update(run, call.body, context)
    return ok(describe(run, context))
  }),
]

function runOf({ params }: Call, { state }: Context): CheckRun {
  const run = state.checkRuns.find(({ id }) => id === Number(params.id))
  if (!run) throw notFound()
  return run
}

function update(run: CheckRun, sent: Record<string, any>, context: Context): void {
  const annotations: unknown[] = sent.output?.annotations ?? []
  if (annotations.length > 50)
    throw invalid('CheckRun', 'annotations', 'No more than 50 annotations a request', 'invalid')
  if (String(sent.output?.summary ?? '').length > 65_535)
    throw invalid('CheckRun', 'summary', 'summary is too long (maximum is 65535 characters)')
  run.name = sent.name ?? run.name
  run.details_url = sent.details_url ?? run.details_url
  run.conclusion = sent.conclusion ?? run.conclusion
  // A conclusion without a status completes the run.
  run.status = sent.status ?? (sent.conclusion ? 'completed' : run.status)
  if (run.status === 'completed') run.completed_at = sent.completed_at ?? context.now()
  run.annotations.push(...annotations)
  const { title, summary, text } = { ...run.output, ...sent.output }
  run.output = { title, summary, text, annotations_count: run.annotations.length }
}

function describe({ annotations: _annotations, ...run }: CheckRun, context: Context) {
  const html_url = `${context.url}/${context.repo}/runs/${run.id}`
  return { ...run, url: `${context.url}/repos/${context.repo}/check-runs/${run.id}`, html_url, pull_requests: [] }
}
