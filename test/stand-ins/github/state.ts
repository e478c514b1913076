/** What the stand-in knows beyond the git repository. Members are named as in GitHub's replies. */
export interface State {
  pulls: Pull[]
  issues: Issue[]
  /** Of pull requests and issues alike, as on GitHub. */
  comments: Comment[]
  reviews: Review[]
  reviewComments: ReviewComment[]
  statuses: Status[]
  checkRuns: CheckRun[]
  labels: Label[]
  /** More entries than this and a tree says `truncated: true`. */
  maxTreeEntries: number
}

export interface User {
  login: string
  id: number
  node_id: string
  type: 'User' | 'Bot'
}

export interface Pull {
  number: number
  title: string
  body: string | null
  state: 'open' | 'closed'
  merged: boolean
  draft: boolean
  locked: boolean
  /** A branch; its commit is looked up at each request, `refs/pull/N/head` first. */
  head: string
  base: string
  /** `owner/name` the head lives in; another one than the repository makes it a fork. */
  headRepo: string
  user: User
  created_at: string
}

export interface Issue {
  number: number
  id: number
  node_id: string
  title: string
  body: string | null
  state: 'open' | 'closed'
  state_reason: 'completed' | 'not_planned' | 'reopened' | null
  labels: Label[]
  locked: boolean
  user: User
  created_at: string
  updated_at: string
  closed_at: string | null
}

export interface Comment {
  id: number
  node_id: string
  issue: number
  body: string
  user: User
  created_at: string
  updated_at: string
  /** Why it is folded away, as GraphQL has it; the REST routes do not say. */
  minimized: string | null
}

export interface Review {
  id: number
  node_id: string
  pull: number
  body: string
  state: 'COMMENTED' | 'CHANGES_REQUESTED' | 'APPROVED' | 'PENDING'
  commit_id: string
  user: User
  submitted_at: string
}

export interface ReviewComment {
  id: number
  node_id: string
  pull: number
  pull_request_review_id: number
  path: string
  body: string
  line: number
  start_line: number | null
  side: 'LEFT' | 'RIGHT'
  commit_id: string
  user: User
  created_at: string
  updated_at: string
}

export interface Status {
  id: number
  node_id: string
  sha: string
  state: string
  context: string
  description: string | null
  target_url: string | null
  creator: User
  created_at: string
  updated_at: string
}

export interface CheckRun {
  id: number
  node_id: string
  name: string
  head_sha: string
  status: string
  conclusion: string | null
  output: { title: string | null; summary: string | null; text: string | null; annotations_count: number }
  /** All that were sent; GitHub takes 50 a request and adds those of later requests. */
  annotations: unknown[]
  details_url: string | null
  started_at: string
  completed_at: string | null
}

export interface Label {
  id: number
  node_id: string
  name: string
  color: string
  description: string | null
}

export function emptyState(): State {
  return {
    pulls: [],
    issues: [],
    comments: [],
    reviews: [],
    reviewComments: [],
    statuses: [],
    checkRuns: [],
    labels: [],
    maxTreeEntries: 100_000,
  }
}

/** The account behind a login. The bot of the workflow token is the one whose number is known. */
export function user(login: string): User {
  const bot = login.endsWith('[bot]')
  const sum = [...login].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 9_000_000, 7)
  const id = login === 'github-actions[bot]' ? 41_898_282 : 1_000_000 + sum
  return { login, id, node_id: nodeId(bot ? 'BOT' : 'U', id), type: bot ? 'Bot' : 'User' }
}

export const nodeId = (kind: string, id: number) => `${kind}_${Buffer.from(String(id)).toString('base64url')}`
