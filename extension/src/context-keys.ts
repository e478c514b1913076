import type { Disposable, Uri } from 'vscode'
import type { PromptWorkspace } from './prompt-workspace.ts'
import type { Vscode } from './vscode.ts'

/** Keys that `when` clauses of the manifest ask for. */
export type ContextKey = 'assay.enabled' | 'assay.promptFiles' | 'assay.goldenFiles'

/** The forms in which the workbench may name a file: it does not know on which system the extension runs. */
const pathsOf = (uri: Uri): string[] => [...new Set([uri.path, uri.fsPath])]

/** Keeps the context keys up to date, and sets each only when its value changes. */
export function startContextKeys({ vscode, prompts }: { vscode: Vscode; prompts: PromptWorkspace }): Disposable {
  const known = new Map<ContextKey, string>()
  const set = (key: ContextKey, value: boolean | string[]): void => {
    const text = JSON.stringify(value)
    if (known.get(key) === text) return
    known.set(key, text)
    void vscode.commands.executeCommand('setContext', key, value)
  }
  const update = (): void => {
    const promptFiles: string[] = []
    const goldenFiles: string[] = []
    for (const folder of prompts.folders()) {
      for (const { path, golden } of folder.registry.entries()) {
        promptFiles.push(...pathsOf(prompts.uriOf(folder, path)))
        if (golden) goldenFiles.push(...pathsOf(prompts.uriOf(folder, golden.path)))
      }
    }
    set('assay.enabled', promptFiles.length > 0)
    set('assay.promptFiles', promptFiles)
    set('assay.goldenFiles', [...new Set(goldenFiles)])
  }
  void prompts.ready.then(update)
  return prompts.onDidChange(update)
}
