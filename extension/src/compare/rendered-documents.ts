import type { Disposable, Uri } from 'vscode'
import type { Vscode } from '../vscode.ts'

export const scheme = 'assay'

/** Read-only documents that are made, not stored. */
export interface RenderedDocuments extends Disposable {
  /** Gives a document its text and returns where it is. The path is what people read; `id` tells equal paths apart. */
  put(path: string, id: string, text: string): Uri
}

const gone = 'This was made before the window was opened again. Compare or preview the prompt once more.\n'

/** The provider of `assay:` documents. A closed document is forgotten. */
export function startRenderedDocuments(vscode: Vscode): RenderedDocuments {
  const texts = new Map<string, string>()
  const changed = new vscode.EventEmitter<Uri>()
  const subscription = vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      // Tabs outlive the window that made them.
      provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? gone,
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.scheme === scheme) texts.delete(uri.toString())
    }),
  )
  return {
    put(path, id, text) {
      const uri = vscode.Uri.from({ scheme, path, query: id })
      if (texts.get(uri.toString()) !== text) {
        texts.set(uri.toString(), text)
        changed.fire(uri)
      }
      return uri
    },
    dispose: () => subscription.dispose(),
  }
}
