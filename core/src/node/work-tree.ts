import { lstat, readdir, readFile, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { Tree, TreeFile } from '../text/tree.ts'

const skipped = new Set(['.git', 'node_modules', '.assay'])

/** The files of a folder on disk. Symbolic links are listed as what they are and never followed. */
export function workTree(root: string): Tree {
  const stat = async (path: string): Promise<TreeFile | 'folder' | null> => {
    const facts = await lstat(join(root, path)).catch(() => null)
    if (!facts) return null
    if (facts.isSymbolicLink()) return { path, id: null, size: 0, kind: 'symlink' }
    if (facts.isDirectory()) return 'folder'
    return facts.isFile() ? { path, id: null, size: facts.size, kind: 'file' } : null
  }
  const walk = async (path: string, files: Map<string, TreeFile>): Promise<void> => {
    const entry = await stat(path)
    if (entry === null) return
    if (entry !== 'folder') {
      files.set(entry.path, entry)
      return
    }
    const names = (await readdir(join(root, path))).filter((name) => !skipped.has(name))
    await Promise.all(names.map((name) => walk(path === '' ? name : `${path}/${name}`, files)))
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
      await Promise.all(
        paths.map(async (path) => {
          if (!isInside(path)) return
          const file = await stat(path)
          if (file === null || file === 'folder' || file.kind !== 'file') return
          // A linked folder above the file could still lead out of the repository.
          const [real, realRoot] = await Promise.all([realpath(join(root, path)), realpath(root)])
          if (relative(realRoot, real).split(sep).join('/') !== path) return
          found.set(path, await readFile(join(root, path)))
        }),
      )
      return found
    },
  }
}

const isInside = (path: string): boolean =>
  !path.startsWith('/') && !path.split('/').includes('..') && !/^[A-Za-z]:/.test(path)
