import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const root = new URL('../../', import.meta.url)

/** The files, by path from the repository root, whose text on disk is another. */
export const stale = (files: Readonly<Record<string, string>>): string[] =>
  Object.keys(files).filter((path) => readText(path) !== files[path])

/** Writes generated files that differ, or with `check` only names them and fails. */
export function writeGenerated(files: Readonly<Record<string, string>>, check: boolean): void {
  for (const path of stale(files)) {
    console.log(check ? `stale: ${path}` : path)
    if (check) process.exitCode = 1
    else {
      mkdirSync(dirname(new URL(path, root).pathname), { recursive: true })
      writeFileSync(new URL(path, root), files[path]!)
    }
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(new URL(path, root), 'utf8')
  } catch {
    return null
  }
}
