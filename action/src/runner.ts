import { AssayError } from '@assay/core'

/** What the runner tells every step about itself. */
export type Runner = {
  workspace: string
  /** Emptied after the job; the run folder lies in it. */
  temp: string
  owner: string
  repo: string
  /** Without a slash at the end. */
  serverUrl: string
  eventName: string
  eventPath: string
  runId: string
  attempt: string
}

type Env = Readonly<Record<string, string | undefined>>

/** @throws AssayError `usage` outside of a workflow */
export function readRunner(env: Env): Runner {
  const need = (name: string): string => {
    const value = env[name]
    if (value) return value
    throw new AssayError('usage', `${name} is not set, so this is no step of a workflow.`, {
      hint: 'Use the Action in a workflow; elsewhere run the command: npx -y @assay/core check',
    })
  }
  const [owner = '', repo = ''] = need('GITHUB_REPOSITORY').split('/')
  return {
    workspace: need('GITHUB_WORKSPACE'),
    temp: need('RUNNER_TEMP'),
    owner,
    repo,
    serverUrl: (env['GITHUB_SERVER_URL'] || 'https://github.com').replace(/\/+$/, ''),
    eventName: need('GITHUB_EVENT_NAME'),
    eventPath: need('GITHUB_EVENT_PATH'),
    runId: need('GITHUB_RUN_ID'),
    attempt: env['GITHUB_RUN_ATTEMPT'] || '1',
  }
}
