import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { app, node } from './paths.ts'
import { setup } from './setup.ts'

export interface ServerOptions {
  /**
   * Extensions and tests may be loaded from folders: a built VS Code ignores both, without a word, unless it is started
   * with a switch. That switch also hides notification toasts.
   */
  development?: boolean
  /** Folders open untrusted (Restricted Mode), without the question. */
  restricted?: boolean
  settings?: Record<string, unknown>
  /** Packaged extensions to install first. */
  vsix?: string[]
  env?: NodeJS.ProcessEnv
}

export interface Server {
  port: number
  /** All that the server printed. */
  log(): string
  /** How the workbench names a path of this disk. */
  uri(path: string): string
  /** The address of the workbench with a folder open. */
  address(folder: string, payload?: [string, string][]): string
  stop(): Promise<void>
}

/** Starts VS Code's server on loopback with a fresh profile, which `stop` deletes. */
export async function startServer(o: ServerOptions = {}): Promise<Server> {
  setup(() => {})
  const profile = mkdtempSync(join(tmpdir(), 'assay-vscode-'))
  const started = serve(profile, o)
  try {
    return await started
  } catch (error) {
    rmSync(profile, { recursive: true, force: true })
    throw error
  }
}

async function serve(profile: string, o: ServerOptions): Promise<Server> {
  writeSettings(profile, o)
  const main = [join(app, 'out/server-main.js'), '--accept-server-license-terms', ...folders(profile)]
  for (const file of o.vsix ?? []) await finished(start([...main, '--install-extension', file, '--force'], o.env))

  const port = await freePort()
  const server = start(
    [
      ...main,
      '--host=127.0.0.1',
      `--port=${port}`,
      '--without-connection-token',
      '--telemetry-level=off',
      '--disable-update-check',
      '--disable-getting-started-override',
      ...(o.development ? ['--enable-smoke-test-driver'] : []),
      ...(o.restricted ? [] : ['--disable-workspace-trust']),
    ],
    o.env,
  )
  await answering(port, server)
  // A secure context, which the service worker of webviews needs, is https or a loopback address.
  const host = `127.0.0.1:${port}`
  return {
    port,
    log: server.log,
    uri: (path) => `vscode-remote://${host}${path}`,
    address(folder, payload = []) {
      const query = new URLSearchParams({ folder })
      if (payload.length > 0) query.set('payload', JSON.stringify(payload))
      return `http://${host}/?${query}`
    },
    async stop() {
      await end(server.child)
      if (!process.env.ASSAY_TEST_KEEP) rmSync(profile, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** Nothing of a VS Code around the tests may reach the one under test, and that one asks no marketplace. */
export function cleanEnv(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const all = { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...extra }
  return Object.fromEntries(Object.entries(all).filter(([name]) => !/^(VSCODE|ELECTRON)_/.test(name)))
}

function folders(profile: string): string[] {
  return [
    `--server-data-dir=${join(profile, 'server')}`,
    `--user-data-dir=${join(profile, 'user')}`,
    `--extensions-dir=${join(profile, 'extensions')}`,
  ]
}

/** Whatever would move, ask or phone home during a test is off. */
function writeSettings(profile: string, o: ServerOptions): void {
  const settings = {
    'chat.disableAIFeatures': true,
    'extensions.autoCheckUpdates': false,
    'extensions.autoUpdate': false,
    'extensions.ignoreRecommendations': true,
    'git.openRepositoryInParentFolders': 'never',
    'remote.autoForwardPorts': false,
    'telemetry.telemetryLevel': 'off',
    'update.mode': 'none',
    'window.confirmBeforeClose': 'never',
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'workbench.startupEditor': 'none',
    'workbench.tips.enabled': false,
    ...(o.restricted ? { 'security.workspace.trust.startupPrompt': 'never' } : {}),
    ...o.settings,
  }
  mkdirSync(join(profile, 'user/User'), { recursive: true })
  writeFileSync(join(profile, 'user/User/settings.json'), JSON.stringify(settings))
}

interface Started {
  child: ChildProcess
  log(): string
}

function start(args: string[], env: NodeJS.ProcessEnv | undefined): Started {
  const child = spawn(node, args, { env: cleanEnv(env), stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
  // A test runner that gives up must not leave a server behind.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  return { child, log: () => text }
}

async function finished({ child, log }: Started): Promise<void> {
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  if (code !== 0) throw new Error(`VS Code ended with ${code}:\n${log().slice(-2000)}`)
}

async function answering(port: number, { child, log }: Started): Promise<void> {
  const giveUpAt = Date.now() + 30_000
  for (;;) {
    const ok = await fetch(`http://127.0.0.1:${port}/version`).then(
      (reply) => reply.ok,
      () => false,
    )
    if (ok) return
    const ended = child.exitCode !== null
    if (ended || Date.now() > giveUpAt) {
      child.kill('SIGKILL')
      throw new Error(`VS Code's server ${ended ? 'ended' : 'does not answer'}:\n${log().slice(-2000)}`)
    }
    await sleep(50)
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
  await gone
  clearTimeout(timer)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
