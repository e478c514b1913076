import { readFileSync } from 'node:fs'
import { AssayError } from '@assay/core'
import type { Runner } from './runner.ts'

/** The pull request that the run is about. */
export type PullRequest = {
  number: number
  headSha: string
  headRef: string
  baseSha: string
  baseRef: string
  /** From another repository: no keys, a token that only reads, and recorded answers are claims of a stranger. */
  isFork: boolean
}

const planned: Record<string, string> = {
  merge_group: 'the merge queue is planned',
  push: 'checks of the default branch and of release branches are planned',
  schedule: 'the drift check is planned',
  workflow_dispatch: 'a manual start is planned',
  workflow_run: 'the second workflow for forks is planned',
}

/**
 * Reads the pull request from the event's payload. On `pull_request` GITHUB_SHA is the merge commit; what is checked is
 * the head of the pull request.
 * @throws AssayError `usage` for every other event
 */
export function readEvent(runner: Pick<Runner, 'eventName' | 'eventPath'>): PullRequest {
  if (runner.eventName !== 'pull_request') throw notSupported(runner.eventName)
  const pull = pullOf(readFileSync(runner.eventPath, 'utf8'))
  if (pull) return pull
  throw new AssayError('usage', 'The event file holds no pull request with head and base.', {
    hint: 'The file is written by the runner; run the job again.',
  })
}

function notSupported(name: string): AssayError {
  const forks = name === 'pull_request_target' ? ' It would run with secrets on the code of strangers.' : ''
  const later = planned[name] ? ` It checks pull requests; ${planned[name]}.` : ' It checks pull requests.'
  return new AssayError('usage', `Event "${name}" is not supported by this version of Assay.${later}${forks}`, {
    hint: 'Start the workflow with: on: pull_request',
  })
}

type Side = { sha?: unknown; ref?: unknown; repo?: { full_name?: unknown } | null }
type Payload = { pull_request?: { number?: unknown; head?: Side; base?: Side } }

function pullOf(text: string): PullRequest | null {
  const { number, head, base } = (parse(text) as Payload | null)?.pull_request ?? {}
  if (typeof number !== 'number' || !isSha(head?.sha) || !isSha(base?.sha)) return null
  // A deleted fork leaves `repo: null`.
  const [from, to] = [head.repo?.full_name, base.repo?.full_name]
  return {
    number,
    headSha: head.sha,
    headRef: String(head.ref ?? ''),
    baseSha: base.sha,
    baseRef: String(base.ref ?? ''),
    isFork: typeof from !== 'string' || from !== to,
  }
}

const isSha = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{40}$/.test(value)

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
