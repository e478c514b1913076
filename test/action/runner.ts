import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { parse } from 'yaml'
import {
  annotationsOf,
  commandParser,
  readEnvFile,
  type Annotation,
  type WorkflowCommand,
} from '../stand-ins/workflow-commands.ts'

const root = join(import.meta.dirname, '../..')

export interface ActionRun {
  /** The checkout; also the working directory. */
  workspace: string
  eventName: string
  /** The payload as GitHub posts it. */
  event: Record<string, any>
  inputs?: Record<string, string>
  /** What the step has under `env:`. */
  env?: Record<string, string>
  /** A stand-in; `null` for a runner that reaches no GitHub. */
  github: { url: string; token: string; repo: string } | null
  /** By default read from the event: on a pull request it is the merge commit, not the head. */
  sha?: string
  ref?: string
  runId?: string
  runAttempt?: string
  /** RUNNER_TEMP, to be shared by runs as a cache would; a new one unless given. */
  temp?: string
  /** The interpreter; the project's own Node 24 unless given. */
  node?: string
  /** `action.yml`, for declared inputs, their defaults and the file to start. */
  actionFile?: string
  /** The file to start, where it is not that of `action.yml`. */
  main?: string
  /** The run is cancelled: SIGINT, 7.5 s later SIGTERM, 2.5 s later the end. */
  cancel?: AbortSignal
  timeoutMs?: number
}

export interface ActionResult extends AsyncDisposable {
  /** `null` when the run was killed. */
  exitCode: number | null
  stdout: string
  stderr: string
  outputs: Record<string, string>
  state: Record<string, string>
  /** Markdown of the job summary. */
  summary: string
  /** Commands of both streams, in the order they came. */
  commands: WorkflowCommand[]
  annotations: Annotation[]
  /** Values that the log must not show, as the step asked. */
  masks: string[]
  /** RUNNER_TEMP, where the report is. */
  temp: string
  /** Deletes what the run left behind, but not a RUNNER_TEMP that was given. */
  remove(): void
}

interface Manifest {
  inputs?: Record<string, { default?: string | number | boolean }>
  runs?: { main?: string }
}

/** Starts the Action as GitHub's runner does, and reads back what the runner would; `await using` deletes its files. */
export async function runAction(o: ActionRun): Promise<ActionResult> {
  const actionFile = o.actionFile ?? join(root, 'action.yml')
  const manifest = parse(readFileSync(actionFile, 'utf8')) as Manifest
  const inputs = inputVariables(manifest, o)
  const main = o.main ?? join(dirname(actionFile), manifest.runs?.main ?? 'action/dist/index.mjs')

  const home = realpathSync(mkdtempSync(join(tmpdir(), 'assay-runner-')))
  const temp = o.temp ?? join(home, 'temp')
  mkdirSync(temp, { recursive: true })
  const files = commandFiles(home)
  writeFileSync(join(home, 'event.json'), JSON.stringify(o.event))

  const env = {
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    HOME: home,
    CI: 'true',
    GITHUB_EVENT_PATH: join(home, 'event.json'),
    RUNNER_TEMP: temp,
    ...files,
    ...variables(o),
    ...o.env,
    ...inputs,
  }
  const node = o.node ?? join(root, 'node_modules/node/bin/node')
  const { exitCode, stdout, stderr, lines } = await start(node, main, env, o)

  const parseLine = commandParser()
  const remove = () => rmSync(home, { recursive: true, force: true, maxRetries: 3 })
  const commands = lines.map(parseLine).filter((command) => command !== null)
  return {
    exitCode,
    stdout,
    stderr,
    outputs: readEnvFile(readFileSync(files.GITHUB_OUTPUT, 'utf8')),
    state: readEnvFile(readFileSync(files.GITHUB_STATE, 'utf8')),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    commands,
    annotations: annotationsOf(commands),
    masks: commands.filter(({ name }) => name === 'add-mask').map(({ message }) => message),
    temp,
    remove,
    [Symbol.asyncDispose]: async () => remove(),
  }
}

/** Fresh and empty for each step. */
function commandFiles(home: string) {
  const make = (name: string) => {
    const file = join(home, name)
    writeFileSync(file, '')
    return file
  }
  return {
    GITHUB_OUTPUT: make('output'),
    GITHUB_STEP_SUMMARY: make('summary'),
    GITHUB_STATE: make('state'),
    GITHUB_ENV: make('env'),
    GITHUB_PATH: make('path'),
  }
}

/** Every declared input is set, empty without a default. Hyphens stay, only spaces become `_`; `required` is not looked at. */
function inputVariables({ inputs = {} }: Manifest, o: ActionRun): Record<string, string> {
  const given = o.inputs ?? {}
  const odd = Object.keys(given).filter((name) => !(name in inputs))
  if (odd.length > 0) throw new Error(`not declared in action.yml: ${odd.join(', ')}`)
  const entries = Object.entries(inputs).map(([name, { default: preset = '' }]) => {
    const value = given[name] ?? String(preset).replace(/\$\{\{\s*github\.token\s*\}\}/g, o.github?.token ?? '')
    return [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value.trim()]
  })
  return Object.fromEntries(entries)
}

/** The default variables. There is no GITHUB_TOKEN among them: the token comes by an input or not at all. */
function variables(o: ActionRun): Record<string, string> {
  const { event, github } = o
  // Nothing listens on port 9, so a run without GitHub fails at once and stays on this machine.
  const url = github?.url ?? 'http://127.0.0.1:9'
  const repo = github?.repo ?? event.repository?.full_name ?? 'acme/app'
  const pull = event.pull_request
  const base = event.repository?.default_branch ?? 'main'
  const ref =
    o.ref ??
    (pull ? `refs/pull/${pull.number}/merge` : (event.ref ?? event.merge_group?.head_ref ?? `refs/heads/${base}`))
  const sha = o.sha ?? pull?.merge_commit_sha ?? event.merge_group?.head_sha ?? event.after ?? '0'.repeat(40)
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: 'assay',
    GITHUB_ACTOR: event.sender?.login ?? 'ada',
    GITHUB_API_URL: url,
    GITHUB_BASE_REF: pull?.base?.ref ?? '',
    GITHUB_EVENT_NAME: o.eventName,
    GITHUB_GRAPHQL_URL: `${url}/graphql`,
    GITHUB_HEAD_REF: pull?.head?.ref ?? '',
    GITHUB_JOB: 'assay',
    GITHUB_REF: ref,
    GITHUB_REF_NAME: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    GITHUB_REF_TYPE: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_REPOSITORY: repo,
    GITHUB_REPOSITORY_OWNER: repo.split('/')[0] ?? '',
    GITHUB_RUN_ATTEMPT: o.runAttempt ?? '1',
    GITHUB_RUN_ID: o.runId ?? '1000',
    GITHUB_RUN_NUMBER: '1',
    GITHUB_SERVER_URL: url,
    GITHUB_SHA: sha,
    GITHUB_WORKFLOW: 'Assay',
    GITHUB_WORKFLOW_REF: `${repo}/.github/workflows/assay.yml@${ref}`,
    GITHUB_WORKSPACE: o.workspace,
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'stand-in',
    RUNNER_OS: 'Linux',
  }
}

async function start(node: string, main: string, env: Record<string, string>, o: ActionRun) {
  const child = spawn(node, [main], { cwd: o.workspace, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  const lines: string[] = []
  child.stdout.setEncoding('utf8').on('data', (chunk) => (stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk) => (stderr += chunk))
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', (line) => lines.push(line))

  const timers: NodeJS.Timeout[] = []
  const cancel = () => {
    child.kill('SIGINT')
    timers.push(
      setTimeout(() => child.kill('SIGTERM'), 7500),
      setTimeout(() => child.kill('SIGKILL'), 10_000),
    )
  }
  o.cancel?.addEventListener('abort', cancel, { once: true })
  const timeoutMs = o.timeoutMs ?? 60_000
  let late = false
  timers.push(
    setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, timeoutMs),
  )
  const exitCode = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  )
  timers.forEach((timer) => clearTimeout(timer))
  o.cancel?.removeEventListener('abort', cancel)
  if (late) throw new Error(`the Action did not end in ${timeoutMs / 1000} s\n${stdout}\n${stderr}`)
  return { exitCode, stdout, stderr, lines }
}
