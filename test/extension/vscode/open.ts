import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { launchChromium } from './chromium.ts'
import { out } from './paths.ts'
import { startServer, type ServerOptions } from './server.ts'
import { waitForWorkbench } from './workbench.ts'
import { copyWorkspace } from './workspace.ts'

export interface OpenOptions extends Pick<ServerOptions, 'settings' | 'restricted' | 'env'> {
  /** Folders of extensions under development, or packaged `.vsix` files; with a `.vsix` alone, toasts are shown. */
  extension: string | string[]
  /** The folder to open; the workbench gets a copy of it. */
  workspace: string
  /** A file to show, relative to the workspace. */
  openFile?: string
}

export interface OpenVsCode {
  page: Page
  /** The copy that is open. */
  workspace: string
  /** Writes a PNG into the output folder and returns its path. */
  screenshot(name: string): Promise<string>
  /** What the server printed, for the message of a failed test. */
  log(): string
  close(): Promise<void>
}

/** A painted workbench to be driven with Playwright. Extensions start some seconds later: wait for what they show. */
export async function openVsCode(o: OpenOptions): Promise<OpenVsCode> {
  const extensions = [o.extension].flat().map((path) => resolve(path))
  const vsix = extensions.filter((path) => path.endsWith('.vsix'))
  const development = extensions.filter((path) => !path.endsWith('.vsix'))

  const cleanups: (() => unknown)[] = []
  const close = async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
  }
  try {
    const copy = copyWorkspace(o.workspace)
    cleanups.push(copy.remove)
    const { settings, restricted, env } = o
    const server = await startServer({ development: development.length > 0, vsix, settings, restricted, env })
    cleanups.push(server.stop)
    const browser = await launchChromium()
    cleanups.push(() => browser.close())

    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
    const payload = development.map((path): [string, string] => ['extensionDevelopmentPath', server.uri(path)])
    if (o.openFile) payload.push(['openFile', server.uri(join(copy.path, o.openFile))])
    await page.goto(server.address(copy.path, payload))
    await waitForWorkbench(page)
    return { page, workspace: copy.path, screenshot: (name) => screenshot(page, name), log: server.log, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function screenshot(page: Page, name: string): Promise<string> {
  const path = join(out, `${name}.png`)
  mkdirSync(out, { recursive: true })
  await page.screenshot({ path })
  return path
}
