import { execFile } from 'node:child_process'
import { devNull } from 'node:os'

/** Git as on a machine that nobody set up: no user's settings, no surrounding repository, a fixed author and clock. */
export function gitEnv(date = '2026-01-01T00:00:00Z'): NodeJS.ProcessEnv {
  const outside = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))
  return {
    ...Object.fromEntries(outside),
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
    GIT_COMMITTER_DATE: date,
    LC_ALL: 'C',
  }
}

/** Runs git in a folder and returns what it printed; rejects with git's own words. */
export function gitBytes(cwd: string, args: string[], date?: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: gitEnv(date), encoding: 'buffer', maxBuffer: 256 * 1024 * 1024 } as const
    execFile('git', args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`git ${args.join(' ')}: ${String(stderr).trim() || error.message}`, { cause: error }))
      else resolve(stdout)
    })
  })
}

export async function git(cwd: string, args: string[], date?: string): Promise<string> {
  return String(await gitBytes(cwd, args, date)).trim()
}
