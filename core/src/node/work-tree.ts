import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Tree, TreeFile } from '../text/tree.ts'

const skipped = new Set(['.git', 'node_modules', '.assay'])

// Each asynchronous call of node:fs costs about 0.1 ms, ten times what it does. So files are taken synchronously, and
// after so many of them other work has its turn.
const turn = 250

// Where names fold case, the spelling on disk must be asked for: a path that works here only would break elsewhere.
const foldsCase = process.platform === 'darwin' || process.platform === 'win32'

/** The files of a folder on disk. Symbolic links are listed as what they are and never followed. */
export function workTree(root: string): Tree {
  const onDisk = (path: string): string => (path === '' ? root : `${root}/${path}`)

  const stat = (path: string): TreeFile | 'folder' | null => {
    let facts: ReturnType<typeof lstatSync>
    try {
      facts = lstatSync(onDisk(path), { throwIfNoEntry: false })
    } catch {
      return null
    }
    if (facts?.isSymbolicLink()) return { path, id: null, size: 0, kind: 'symlink' }
    if (facts?.isDirectory()) return 'folder'
    return facts?.isFile() ? { path, id: null, size: facts.size, kind: 'file' } : null
  }

  const walk = async (path: string, files: Map<string, TreeFile>): Promise<void> => {
    const entry = stat(path)
    if (entry === null) return
    if (entry !== 'folder') {
      files.set(entry.path, entry)
      if (files.size % turn === 0) await setImmediate()
      return
    }
    for (const name of readdirSync(onDisk(path))) {
      if (!skipped.has(name)) await walk(path === '' ? name : `${path}/${name}`, files)
    }
  }

  /** Whether a folder is where its path says; asked once for each folder, because a link above a file could lead out. */
  const placed = (realRoot: string): ((path: string) => boolean) => {
    const known = new Map<string, boolean>()
    return (path) => {
      const asked = foldsCase ? path : path.slice(0, Math.max(0, path.lastIndexOf('/')))
      const before = known.get(asked)
      if (before !== undefined) return before
      const isThere =
        relative(realRoot, realpathSync.native(onDisk(asked)))
          .split(sep)
          .join('/') === asked
      known.set(asked, isThere)
      return isThere
    }
  }

  return {
    async list(roots) {
      const files = new Map<string, TreeFile>()
      for (const start of roots) {
        const path = start.replace(/\/+$/, '').replace(/^\.$/, '')
        if (isInside(path)) await walk(path, files)
      }
      return [...files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1))
    },
    async read(paths) {
      const found = new Map<string, Uint8Array>()
      if (paths.length === 0) return found
      const isPlaced = placed(await realpath(root))
      for (const path of paths) {
        const file = isInside(path) ? stat(path) : null
        if (file === null || file === 'folder' || file.kind !== 'file' || !isPlaced(path)) continue
        found.set(path, readFileSync(onDisk(path)))
        if (found.size % turn === 0) await setImmediate()
      }
      return found
    },
  }
}

const isInside = (path: string): boolean =>
  !path.startsWith('/') && !path.split('/').includes('..') && !/^[A-Za-z]:/.test(path)
