import { createInterface } from 'node:readline/promises'
import type { World } from './world.ts'

/** The world of a real process. A second SIGINT ends it at once. */
export function processWorld(): World {
  const stop = new AbortController()
  process.on('SIGINT', () => {
    if (stop.signal.aborted) process.exit(130)
    stop.abort(new Error('interrupted'))
    process.stderr.write('\nStopping: no new request is sent. Press Ctrl+C again to end at once.\n')
  })
  // A reader that closes the pipe (head, jq) is no fault of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
  })
  return {
    cwd: process.cwd(),
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: process.stdout.isTTY === true,
    errIsTerminal: process.stderr.isTTY === true,
    columns: process.stdout.columns ?? 100,
    now: () => Date.now(),
    signal: stop.signal,
    async confirm(question) {
      const reader = createInterface({ input: process.stdin, output: process.stderr })
      const answer = await reader.question(`${question} [y/N] `).finally(() => reader.close())
      return /^y(es)?$/i.test(answer.trim())
    },
  }
}
