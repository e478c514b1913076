import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

/** A throw-away copy of a folder, since tests write into what they open. It keeps its name, which VS Code shows. */
export function copyWorkspace(from: string): { path: string; remove(): void } {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'assay-workspace-')))
  const path = join(parent, basename(from))
  cpSync(from, path, { recursive: true, verbatimSymlinks: true })
  return { path, remove: () => rmSync(parent, { recursive: true, force: true, maxRetries: 3 }) }
}
