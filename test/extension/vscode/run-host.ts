import { runTests } from '@vscode/test-electron'
import { build } from 'esbuild'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { decideVsCodeTests } from './chromium.ts'
import { codeExecutable, out, root } from './paths.ts'
import { decode, render, type HostTest } from './results.ts'
import { runTestsInVsCode } from './run-tests.ts'
import { setup } from './setup.ts'
import { copyWorkspace } from './workspace.ts'

export interface HostOptions {
  /** `node`: a trusted folder and the Node host. `web`: the web worker. `restricted`: a folder that is not trusted. */
  kind?: 'node' | 'web' | 'restricted'
  /** The TypeScript file that exports `run()`. */
  entry?: string
  extension?: string | string[]
  /** The folder to open; the tests get a copy of it. */
  workspace?: string
  env?: Record<string, string>
  settings?: Record<string, unknown>
}

export interface HostResult {
  /** 0 only if VS Code said so and at least one test passed. */
  exitCode: number
  tests: HostTest[]
  log: string
}

const entries = { node: 'index.ts', web: 'web.ts', restricted: 'restricted.ts' }

/** Runs tests inside the extension host of a real VS Code. */
export async function runHost(o: HostOptions = {}): Promise<HostResult> {
  const kind = o.kind ?? 'node'
  const extensions = [o.extension ?? join(root, 'extension')].flat()
  const tests = await bundle(o.entry ?? join(root, 'test/extension/host', entries[kind]), kind, extensions)
  const copy = copyWorkspace(o.workspace ?? join(root, 'test/fixtures/extension/sample'))
  let log = ''
  let exitCode: number
  const { env, settings } = o
  try {
    setup()
    if (kind === 'node' && !settings)
      exitCode = await runLikeDesktop(copy.path, extensions, tests, env, (text) => (log += text))
    else {
      const flags = { web: kind === 'web', restricted: kind === 'restricted' }
      const onLog = (line: string) => (log += `${line}\n`)
      exitCode = await runTestsInVsCode({ folder: copy.path, extensions, tests, env, settings, onLog, ...flags })
    }
  } catch (error) {
    log += `${error instanceof Error ? error.message : error}\n`
    exitCode = 1
  } finally {
    copy.remove()
  }
  const found = decode(log)
  const ran = found.some(({ state }) => state === 'passed')
  return { exitCode: exitCode === 0 && !ran ? 1 : exitCode, tests: found, log }
}

/** VS Code loads tests as CommonJS. mocha stays outside in Node, where it finds its own files; the worker has no files. */
async function bundle(entry: string, kind: keyof typeof entries, extensions: string[]): Promise<string> {
  const web = kind === 'web'
  // Tests outside of every extension always run in the Node host.
  const outfile = web ? join(extensions[0] ?? '', 'out/test/web.cjs') : join(out, 'host', `${kind}.cjs`)
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: web ? 'browser' : 'node',
    target: 'es2023',
    sourcemap: 'inline',
    logLevel: 'warning',
    conditions: ['assay-source'],
    external: web ? ['vscode'] : ['vscode', 'mocha'],
    alias: web ? { mocha: join(import.meta.dirname, 'mocha-web.ts') } : {},
    define: {
      ASSAY_TEST_GREP: JSON.stringify(process.env.ASSAY_TEST_GREP ?? ''),
      ASSAY_TEST_WEB: String(web),
      ...(web ? { global: 'globalThis' } : {}),
    },
  })
  return outfile
}

/** The way that also works with a desktop VS Code: `CODE=/usr/bin/code`. */
async function runLikeDesktop(
  folder: string,
  extensions: string[],
  tests: string,
  env: Record<string, string> | undefined,
  onText: (text: string) => void,
): Promise<number> {
  const printed: Buffer[][] = []
  const sink = () => {
    const chunks: Buffer[] = []
    printed.push(chunks)
    return new Writable({ write: (chunk, _encoding, done) => done(void chunks.push(chunk)) })
  }
  try {
    return await runTests({
      vscodeExecutablePath: process.env.CODE ?? codeExecutable,
      extensionDevelopmentPath: extensions,
      extensionTestsPath: tests,
      extensionTestsEnv: env,
      launchArgs: [folder],
      stdout: sink(),
      stderr: sink(),
    })
  } catch (error) {
    // A failed test rejects as well; then the code is VS Code's own.
    const code = (error as { code?: unknown }).code
    if (typeof code === 'number') return code
    throw error
  } finally {
    for (const chunks of printed) onText(`${Buffer.concat(chunks)}\n`)
  }
}

async function main(): Promise<number> {
  const decision = decideVsCodeTests()
  if (!decision.run) {
    console.log(decision.message)
    return decision.failed ? 1 : 0
  }
  const { values } = parseArgs({
    options: {
      kind: { type: 'string', default: 'node' },
      entry: { type: 'string' },
      extension: { type: 'string', multiple: true },
      workspace: { type: 'string' },
    },
  })
  const kind = values.kind as HostOptions['kind']
  if (!kind || !(kind in entries)) throw new Error(`kind: "${kind}" is not one of ${Object.keys(entries).join(', ')}`)
  const { exitCode, tests, log } = await runHost({ ...values, kind })
  if (process.env.ASSAY_TEST_VERBOSE || (exitCode !== 0 && tests.length === 0)) console.log(log)
  console.log(render(tests))
  return exitCode
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await main()
