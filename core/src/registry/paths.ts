/**
 * A path written in a file, from the root of the repository: `./` and `../` count from the file, anything else from
 * the root. null: absolute, a URL, or above the root.
 */
export function resolvePath(fromFile: string, path: string): string | null {
  if (
    path === '' ||
    path.includes('\0') ||
    path.includes('\\') ||
    path.startsWith('/') ||
    /^[A-Za-z][A-Za-z0-9+.-]*:/.test(path)
  )
    return null
  const relative = path.startsWith('./') || path.startsWith('../')
  const steps = relative ? fromFile.split('/').slice(0, -1) : []
  for (const step of path.split('/')) {
    if (step === '' || step === '.') continue
    if (step !== '..') steps.push(step)
    else if (steps.pop() === undefined) return null
  }
  return steps.join('/')
}

/** The sentence for a path that `resolvePath` refuses. */
export const outside = (path: string): string => `"${path}" is outside the repository.`

/** A folder with one slash at its end: `prompts` and `prompts/` are the same. */
export const folder = (path: string): string => (path === '' || path.endsWith('/') ? path : `${path}/`)

/** The major that a path names: `prompts/v2/x.yaml` is 2; null without a version folder directly below the prompts folder. */
export function folderMajor(path: string, promptsFolder: string): number | null {
  const match = /^v(\d+)\//.exec(below(path, promptsFolder))
  return match ? Number(match[1]) : null
}

/** The default name of a prompt: its path below the prompts folder without `vN/` and extension. */
export const nameFromPath = (path: string, promptsFolder: string): string =>
  below(path, promptsFolder)
    .replace(/^v\d+\//, '')
    .replace(/\.ya?ml$/, '')

function below(path: string, promptsFolder: string): string {
  const root = folder(promptsFolder)
  return path.startsWith(root) ? path.slice(root.length) : path.slice(path.lastIndexOf('/') + 1)
}
