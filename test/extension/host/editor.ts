import * as assert from './assert.ts'
import * as vscode from 'vscode'
import type { Exports } from '../../../extension/src/extension.ts'

/** The extension under test, started and done with its first reading. */
export async function assay(): Promise<Exports> {
  const extension = vscode.extensions.getExtension<Exports>('assay.assay')
  assert.ok(extension, 'the extension is not there')
  const exported = await extension.activate()
  await exported.ready
  return exported
}

export const contract = 'prompts/v2/contract_extraction.yaml'

export function fileUri(path: string): vscode.Uri {
  return vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, path)
}

export async function open(path: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(fileUri(path))
  await vscode.window.showTextDocument(document)
  return document
}

/** Waits until `look` gives something, and says what it waited for when it never does. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  ms = 10_000,
): Promise<NonNullable<Awaited<T>>> {
  const end = Date.now() + ms
  for (;;) {
    const found = await look()
    if (found) return found as NonNullable<Awaited<T>>
    if (Date.now() > end) throw new Error(`waited ${ms / 1000} s for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The Problems of a file as lines of text: `1:8 Error model/unpinned`. */
export const problems = (uri: vscode.Uri): string[] =>
  vscode.languages
    .getDiagnostics(uri)
    .filter(({ source }) => source === 'assay')
    .map(
      ({ range, severity, code }) =>
        `${range.start.line}:${range.start.character} ${vscode.DiagnosticSeverity[severity]} ${code}`,
    )
    .sort()

export async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit()
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text)
  assert.ok(await vscode.workspace.applyEdit(edit))
}

export async function actionsAt(document: vscode.TextDocument, offset: number): Promise<vscode.CodeAction[]> {
  const at = document.positionAt(offset)
  return vscode.commands.executeCommand('vscode.executeCodeActionProvider', document.uri, new vscode.Range(at, at))
}

export const lensTitles = async (uri: vscode.Uri): Promise<string[]> => {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 10)
  return lenses.map(({ command }) => command?.title ?? '')
}

/** Runs the golden cases of a prompt by its command and returns what the run came to. */
export async function runCases(path: string) {
  const { results, controller } = await assay()
  const id = fileUri(path).toString()
  const done = new Promise<void>((resolve) => {
    const listening = results.onDidChange((changed) => {
      if (changed !== id || results.isOutdated(id)) return
      listening.dispose()
      resolve()
    })
  })
  await vscode.commands.executeCommand('assay.runEvals', fileUri(path))
  await done
  return { outcome: results.of(id)!, item: controller.items.get(id)! }
}

export const assayDocuments = (): string[] =>
  vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'assay').map(({ uri }) => uri.path)
