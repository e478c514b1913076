import type { Event, Uri } from 'vscode'

/** The parts of the built-in Git extension's API, version 1, that are used here. */
export interface GitExtension {
  readonly enabled: boolean
  readonly onDidChangeEnablement: Event<boolean>
  getAPI(version: 1): GitApi
}

export interface GitApi {
  readonly repositories: GitRepository[]
  readonly onDidOpenRepository: Event<GitRepository>
  readonly onDidCloseRepository: Event<GitRepository>
  getRepository(uri: Uri): GitRepository | null
}

export interface GitRepository {
  readonly rootUri: Uri
  readonly state: { readonly HEAD: { name?: string; commit?: string } | undefined; readonly onDidChange: Event<void> }
  /** Missing in older versions. */
  getBranchBase?(name: string): Promise<{ name?: string; remote?: string; commit?: string } | undefined>
  getCommit(ref: string): Promise<{ hash: string }>
  getMergeBase(a: string, b: string): Promise<string | undefined>
  diffWith(ref: string): Promise<{ uri: Uri; originalUri: Uri; renameUri: Uri | undefined }[]>
  /** The text of a file, by its path on this disk, at a commit. */
  show(ref: string, path: string): Promise<string>
}
