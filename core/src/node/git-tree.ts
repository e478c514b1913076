import type { Tree, TreeFile } from '../text/tree.ts'
import type { Git } from './git.ts'

/** The files of a commit from local git objects. */
export function gitTree(git: Git, commit: string): Tree {
  const ids = new Map<string, string>()
  return {
    async list(roots) {
      const folders = roots.map((root) => root.replace(/\/+$/, '') || '.')
      const out = await git.run(['ls-tree', '-r', '-z', '-l', '--full-tree', commit, '--', ...folders])
      const files: TreeFile[] = []
      for (const row of out.split('\0')) {
        const match = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(row)
        if (!match) continue
        const [, mode, type, id, size, path] = match
        const kind = type === 'commit' ? 'submodule' : mode === '120000' ? 'symlink' : 'file'
        if (kind === 'file') ids.set(path!, id!)
        files.push({ path: path!, id: id!, size: Number(size) || 0, kind })
      }
      return files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
    },
    async read(paths) {
      const unknown = paths.filter((path) => !ids.has(path))
      if (unknown.length > 0) await this.list(unknown)
      const blobs = await git.blobs([...new Set(paths.flatMap((path) => ids.get(path) ?? []))])
      const found = new Map<string, Uint8Array>()
      for (const path of paths) {
        const bytes = blobs.get(ids.get(path) ?? '')
        if (bytes) found.set(path, bytes)
      }
      return found
    },
  }
}
