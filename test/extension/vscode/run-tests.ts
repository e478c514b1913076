import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { launchChromium } from './chromium.ts'
import { out } from './paths.ts'
import { startServer, type Server } from './server.ts'

export interface TestRun {
  folder: string
  /** Folders of extensions under development. */
  extensions: string[]
  /** A CommonJS module that exports `run()`. */
  tests: string
  /** Extensions and tests run in the web worker host; each extension needs a `browser` entry. */
  web?: boolean
  /** The folder is not trusted. */
  restricted?: boolean
  settings?: Record<string, unknown>
  env?: NodeJS.ProcessEnv
  timeoutMs?: number
  /** Gets each line of the workbench's log, the console of the extension host among them. */
  onLog?: (line: string) => void
}

/** Runs a test module inside VS Code; returns the exit code that VS Code makes of it. */
export async function runTestsInVsCode(o: TestRun): Promise<number> {
  const server = await startServer({
    development: true,
    restricted: o.restricted,
    env: o.env,
    settings: { ...(o.web ? inWorker(o.extensions) : {}), ...o.settings },
  })
  try {
    const browser = await launchChromium()
    try {
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
      return await exitCode(page, server, o)
    } finally {
      await browser.close()
    }
  } finally {
    await server.stop()
  }
}

/** An extension with both entries goes to the Node host, whatever else is asked for, unless a user setting says so. */
function inWorker(extensions: string[]): Record<string, unknown> {
  const ids = extensions.map((folder) => {
    const { publisher, name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return `${publisher}.${name}`
  })
  return { 'remote.extensionKind': Object.fromEntries(ids.map((id) => [id, ['web']])) }
}

async function exitCode(page: Page, server: Server, o: TestRun): Promise<number> {
  const timeoutMs = o.timeoutMs ?? 120_000
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  promise.catch(() => {}) // it may be rejected before anybody waits for it
  // The workbench calls these two functions of its page when a test run is going on.
  await page.exposeFunction('codeAutomationLog', (_level: string, args: unknown) => o.onLog?.([args].flat().join(' ')))
  await page.exposeFunction('codeAutomationExit', (code: number) => resolve(Number(code)))
  page.once('crash', () => reject(new Error('the page of VS Code crashed')))
  const timer = setTimeout(() => reject(new Error(`VS Code gave no result in ${timeoutMs / 1000} s`)), timeoutMs)
  try {
    await page.goto(
      server.address(o.folder, [
        ...o.extensions.map((path): [string, string] => ['extensionDevelopmentPath', server.uri(path)]),
        ...(o.web ? [['extensionDevelopmentKind', 'web'] as [string, string]] : []),
        ['extensionTestsPath', server.uri(o.tests)],
      ]),
    )
    return await promise
  } catch (error) {
    mkdirSync(out, { recursive: true })
    await page.screenshot({ path: join(out, 'no-result.png') }).catch(() => {})
    throw new Error(`${error instanceof Error ? error.message : error}\n${server.log().slice(-3000)}`, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}
