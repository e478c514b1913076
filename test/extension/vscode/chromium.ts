import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** An installed Chromium, or `CHROMIUM`; never one that Playwright would have to download. */
export function chromiumPath(): string | null {
  return process.env.CHROMIUM || (usual.find((file) => existsSync(file)) ?? null)
}

export type Decision = { run: true } | { run: false; failed: boolean; message: string }

/** Whether tests that need VS Code run here. Without a Chromium they are skipped, in CI that is a failure. */
export function decideVsCodeTests(found = chromiumPath(), ci = process.env.CI): Decision {
  if (found) return { run: true }
  if (ci === 'true') return { run: false, failed: true, message: 'VS Code tests cannot run: no Chromium, and CI=true' }
  return { run: false, failed: false, message: 'VS Code tests skipped: no Chromium' }
}

export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (!executablePath) throw new Error('no Chromium found; install the package "chromium" or set CHROMIUM to its path')
  return chromium.launch({
    executablePath,
    // Containers have no user namespaces for the sandbox and a small /dev/shm.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
  })
}
