/** One file of a tree. `id` is equal for equal content where the source knows one (git's blob id), else null. */
export type TreeFile = { path: string; id: string | null; size: number; kind: 'file' | 'symlink' | 'submodule' }

/**
 * The files of a commit or of the work tree: how text reaches the core. Paths are relative to the repository root, with
 * `/`. Git objects, the file system, GitHub's API and an editor each fill it.
 */
export interface Tree {
  /** Files below the given folders, and files named exactly. Sorted by path. */
  list(roots: readonly string[]): Promise<TreeFile[]>
  /** Bytes by path; a path that is no regular file is left out. */
  read(paths: readonly string[]): Promise<Map<string, Uint8Array>>
}

/** True for the root itself and everything below it; `''` is the whole tree. */
export const isBelow = (path: string, root: string): boolean => {
  const folder = root.replace(/\/+$/, '')
  return folder === '' || folder === '.' || path === folder || path.startsWith(`${folder}/`)
}
