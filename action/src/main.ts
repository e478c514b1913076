import { openRunFolder } from '@assay/core/node'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from './api.ts'
import { couldNotRun, explain } from './could-not-run.ts'
import { readEvent } from './event.ts'
import { routesOf } from './github.ts'
import { readInputs } from './inputs.ts'
import { judge } from './judge.ts'
import { makeLog } from './log.ts'
import { publish } from './publish.ts'
import { readRunner } from './runner.ts'
import { makeSecrets } from './secrets.ts'
import { stopSignal } from './stop-signal.ts'

/** All requests of publishing together; then the rest is left to summary and log. */
const publishingMs = 60_000

const { env } = process
const log = makeLog()
const secrets = makeSecrets(env, log)
const files = { output: env['GITHUB_OUTPUT'], summary: env['GITHUB_STEP_SUMMARY'] }

// A job never ends green by accident: until a verdict says otherwise, it could not run.
process.exitCode = 2
process.on('uncaughtException', (error) => {
  explain(error, log, secrets)
  process.exit(2)
})
process.exitCode = await run().catch(async (error: unknown) => {
  explain(error, log, secrets)
  const folder = openRunFolder(join(env['RUNNER_TEMP'] ?? tmpdir(), 'assay'))
  const verdict = couldNotRun(error, { pull: null, base: null })
  return publish(verdict, { about: null, comment: null, folder, secrets, log, files, texts: new Map() })
})

/** Reads the step, asks core, shows what it said. */
async function run(): Promise<number> {
  const runner = readRunner(env)
  const inputs = readInputs(env, runner)
  if (inputs.token) secrets.add(inputs.token)
  const pull = readEvent(runner)
  const folder = openRunFolder(inputs.out)
  const api = inputs.token ? await connect({ token: inputs.token, owner: runner.owner, repo: runner.repo }) : null
  const github = api && routesOf(api)
  const stop = stopSignal()

  const { verdict, texts } = await judge({ runner, inputs, pull, folder, github, secrets, log, stop })

  api?.limit(publishingMs)
  const comment = stop.aborted ? null : { github, inputs }
  return publish(verdict, { about: { pull, runner }, comment, folder, secrets, log, files, texts })
}
