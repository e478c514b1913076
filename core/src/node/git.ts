import { execFile, spawn } from 'node:child_process'
import { AssayError } from '../errors.ts'

/** Git of one repository, called with argument arrays and without prompts; nothing of the repository is executed. */
export type Git = {
  /** Root of the work tree. */
  root: string
  /** stdout of a command. @throws AssayError `git` */
  run(args: readonly string[], o?: { timeoutMs?: number; env?: Record<string, string> }): Promise<string>
  /** stdout, or null when git says no. */
  ask(args: readonly string[]): Promise<string | null>
  /** Contents of blobs by id, in one process. */
  blobs(ids: readonly string[]): Promise<Map<string, Uint8Array>>
}

const fixedArgs = [
  '--no-replace-objects',
  '--no-optional-locks',
  '-c',
  'core.quotePath=false',
  '-c',
  'protocol.ext.allow=never',
]
const maxOutput = 256 * 1024 * 1024

const environment = (root: string, extra: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  GIT_TERMINAL_PROMPT: '0',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: root,
  LC_ALL: 'C',
  ...extra,
})

/** The repository that holds a folder, or null: no git program, or no repository. A missing git is no error here. */
export async function openGit(folder: string): Promise<Git | null> {
  const root = await execute(folder, ['rev-parse', '--show-toplevel'], { env: environment('*') }).catch(() => null)
  return root === null ? null : gitAt(root.trim())
}

/** Git in a known root. */
export function gitAt(root: string): Git {
  const run: Git['run'] = (args, o = {}) =>
    execute(root, args, { env: environment(root, o.env), timeout: o.timeoutMs ?? 60_000 })
  return {
    root,
    run,
    ask: (args) => run(args).catch(() => null),
    blobs: (ids) => readBlobs(root, ids),
  }
}

function execute(
  cwd: string,
  args: readonly string[],
  o: { env: NodeJS.ProcessEnv; timeout?: number },
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      [...fixedArgs, ...args],
      { cwd, maxBuffer: maxOutput, encoding: 'utf8', ...o },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout)
        const words = stderr.trim().split('\n').at(-1) ?? ''
        reject(new AssayError('git', `git ${args[0]} failed: ${words || error.message}`, { cause: error }))
      },
    )
  })
}

// `cat-file --batch` answers `<id> <type> <size>\n<bytes>\n` for each line of stdin.
function readBlobs(root: string, ids: readonly string[]): Promise<Map<string, Uint8Array>> {
  const blobs = new Map<string, Uint8Array>()
  if (ids.length === 0) return Promise.resolve(blobs)
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...fixedArgs, 'cat-file', '--batch'], { cwd: root, env: environment(root) })
    const pieces: Buffer[] = []
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece))
    child.on('error', (cause) => reject(new AssayError('git', 'git could not be started.', { cause })))
    child.on('close', () => {
      const bytes = Buffer.concat(pieces)
      let at = 0
      while (at < bytes.length) {
        const end = bytes.indexOf(10, at)
        if (end === -1) break
        const [id, type, size] = bytes.toString('latin1', at, end).split(' ')
        at = end + 1
        if (type !== 'blob') continue
        blobs.set(id!, bytes.subarray(at, at + Number(size)))
        at += Number(size) + 1
      }
      resolve(blobs)
    })
    child.stdin.on('error', () => {})
    child.stdin.end(`${ids.join('\n')}\n`)
  })
}
