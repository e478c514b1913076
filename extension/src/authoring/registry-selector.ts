import type { Disposable, DocumentFilter, DocumentSelector } from 'vscode'
import type { PromptWorkspace } from '../prompt-workspace.ts'
import type { Vscode } from '../vscode.ts'

/** The files of a registry, as globs relative to its folder. */
export const patternsOf = (roots: readonly string[]): string[] => [
  ...new Set(roots.map((root) => `${root.replace(/\/+$/, '')}/**/*.{yaml,yml,jsonl,csv}`.replace(/^\//, ''))),
]

/**
 * Registers a provider for the registries' own files, whatever kind of file system holds them, and again when their folders
 * change. A selector for all of YAML would wake it in every YAML file.
 */
export function forRegistryFiles(
  { vscode, prompts }: { vscode: Vscode; prompts: PromptWorkspace },
  register: (selector: DocumentSelector) => Disposable,
): Disposable {
  let known = ''
  let registered: Disposable | undefined
  const update = (): void => {
    const filters = prompts.folders().flatMap(({ uri, registry }): DocumentFilter[] =>
      patternsOf(registry.roots()).map((pattern) => ({
        scheme: uri.scheme,
        pattern: new vscode.RelativePattern(uri, pattern),
      })),
    )
    const key = JSON.stringify(filters)
    if (key === known) return
    known = key
    registered?.dispose()
    registered = register(filters)
  }
  void prompts.ready.then(update)
  const changes = prompts.onDidChange(update)
  return new vscode.Disposable(() => {
    changes.dispose()
    registered?.dispose()
  })
}
