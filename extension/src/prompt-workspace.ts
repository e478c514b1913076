import type { Disposable, Event, TextDocument, Uri, WorkspaceFolder } from 'vscode'
import { configPath, FolderRegistry, type PromptEntry } from './folder-registry.ts'
import { reason, type Log } from './log.ts'
import type { Vscode } from './vscode.ts'

export type Folder = { uri: Uri; name: string; registry: FolderRegistry }

/** A file of the registry by its folder and its path in it. */
export type Place = { folder: Folder; path: string }

/** Prompts, golden sets and tapes of the open folders. */
export interface PromptWorkspace extends Disposable {
  /** Settles when every folder has been read once. */
  readonly ready: Promise<void>
  folders(): Folder[]
  /** null: no open folder holds the file. */
  locate(uri: Uri): Place | null
  uriOf(folder: Folder, path: string): Uri
  /** The prompt at a place, or the first prompt that the golden set at this place belongs to. */
  promptAt(uri: Uri): { folder: Folder; entry: PromptEntry } | null
  /** Something changed: texts, settings of the registry or the folders. Bursts come as one event. */
  readonly onDidChange: Event<void>
  /** Reads everything again. */
  refresh(): Promise<void>
}

const settleMs = 200
// Larger files are no prompt; a tape may be 64 MiB.
const maxBytes = 64 * 1024 * 1024
const skipped = new Set(['node_modules', '.git', '.assay'])
const readAtOnce = 16
const readable = /\.(ya?ml|jsonl?|csv|txt|md)$/

export function openPromptWorkspace(vscode: Vscode, log: Log): PromptWorkspace {
  const { workspace } = vscode
  const changed = new vscode.EventEmitter<void>()
  const folders = new Map<string, Folder>()
  const missing = new Set<string>()
  const touched = new Map<string, Uri>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isRescanDue = false

  const uriOf = (folder: Folder, path: string): Uri => vscode.Uri.joinPath(folder.uri, path)

  function locate(uri: Uri): Place | null {
    const found = workspace.getWorkspaceFolder(uri)
    const folder = found && folders.get(found.uri.toString())
    if (!folder || uri.scheme !== folder.uri.scheme) return null
    const root = folder.uri.path.replace(/\/$/, '')
    return uri.path.startsWith(`${root}/`) ? { folder, path: uri.path.slice(root.length + 1) } : null
  }

  /** null: the file is not there. */
  async function readText(uri: Uri): Promise<string | null> {
    try {
      const bytes = await workspace.fs.readFile(uri)
      return bytes.byteLength > maxBytes ? null : new TextDecoder().decode(bytes)
    } catch {
      return null
    }
  }

  async function readFiles(folder: Folder, paths: readonly string[]): Promise<boolean> {
    let isChanged = false
    for (let at = 0; at < paths.length; at += readAtOnce) {
      const some = paths.slice(at, at + readAtOnce)
      const texts = await Promise.all(some.map((path) => readText(uriOf(folder, path))))
      for (const [index, path] of some.entries()) {
        const text = texts[index] ?? undefined
        if (text === undefined) missing.add(uriOf(folder, path).toString())
        isChanged = folder.registry.setDisk(path, text) || isChanged
      }
    }
    return isChanged
  }

  async function list(folder: Folder, root: string): Promise<string[]> {
    const path = root.replace(/\/+$/, '')
    let entries: [string, number][]
    try {
      entries = await workspace.fs.readDirectory(path === '' ? folder.uri : uriOf(folder, path))
    } catch {
      return []
    }
    const found: string[] = []
    for (const [name, type] of entries) {
      const inner = path === '' ? name : `${path}/${name}`
      if (type === vscode.FileType.File && readable.test(name)) found.push(inner)
      // A link to a folder may lead out of the project or round in a circle.
      if (type === vscode.FileType.Directory && !skipped.has(name)) found.push(...(await list(folder, inner)))
    }
    return found
  }

  async function scan(folder: Folder): Promise<void> {
    const { registry } = folder
    await readFiles(folder, [configPath])
    const lists = await Promise.all(registry.roots().map((root) => list(folder, root)))
    const found = new Set([configPath, ...lists.flat()])
    for (const path of registry.diskPaths()) if (!found.has(path)) registry.setDisk(path, undefined)
    await readFiles(folder, [...found])
    await readWanted(folder)
  }

  /** Files outside the registry's folders that a prompt or a case names. */
  async function readWanted(folder: Folder): Promise<void> {
    // A schema that was just read may name the next one.
    for (let round = 0; round < 5; round += 1) {
      folder.registry.entries()
      const wanted = folder.registry.takeWanted().filter((path) => !missing.has(uriOf(folder, path).toString()))
      if (wanted.length === 0) return
      await readFiles(folder, wanted)
    }
  }

  async function scanAll(): Promise<void> {
    const open = workspace.workspaceFolders ?? []
    const keys = new Set(open.map(({ uri }) => uri.toString()))
    for (const key of folders.keys()) if (!keys.has(key)) folders.delete(key)
    missing.clear()
    await Promise.all(
      open.map(async (each: WorkspaceFolder) => {
        const known = folders.get(each.uri.toString())
        const folder = known ?? { uri: each.uri, name: each.name, registry: new FolderRegistry() }
        folders.set(each.uri.toString(), folder)
        await scan(folder)
      }),
    )
    for (const document of workspace.textDocuments) takeDocument(document)
    const count = [...folders.values()].reduce((sum, { registry }) => sum + registry.promptPaths().length, 0)
    log.info(`${count} prompts in ${folders.size} folders`)
  }

  function takeDocument(document: TextDocument): boolean {
    const place = locate(document.uri)
    if (!place?.folder.registry.has(place.path)) return false
    return place.folder.registry.setOpen(place.path, document.getText())
  }

  /** A document outlives its deleted file for a while; only unsaved work still counts. */
  function forgetClosedWithFile(uri: Uri, { folder, path }: Place): void {
    const document = workspace.textDocuments.find((each) => each.uri.toString() === uri.toString())
    if (document && !document.isDirty) folder.registry.setOpen(path, undefined)
  }

  function changeSoon(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void settle(), settleMs)
  }

  async function settle(): Promise<void> {
    const uris = [...touched.values()]
    touched.clear()
    const needsScan = isRescanDue || uris.some((uri) => locate(uri)?.path === configPath)
    isRescanDue = false
    try {
      if (needsScan) await scanAll()
      else {
        for (const uri of uris) {
          const place = locate(uri)
          if (!place) continue
          await readFiles(place.folder, [place.path])
          if (missing.has(uri.toString())) forgetClosedWithFile(uri, place)
        }
        for (const folder of folders.values()) await readWanted(folder)
      }
    } catch (error) {
      log.error(`Reading the registry failed: ${reason(error)}`)
    }
    changed.fire()
  }

  function takeEvent(uri: Uri): void {
    const place = locate(uri)
    if (!place) return
    const { registry } = place.folder
    missing.delete(uri.toString())
    const isFile = readable.test(uri.path)
    if (isFile ? !registry.has(place.path) : !registry.roots().some((root) => `${place.path}/`.startsWith(root))) return
    if (isFile) touched.set(uri.toString(), uri)
    else isRescanDue = true // a folder came, went or got another name
    changeSoon()
  }

  const watcher = workspace.createFileSystemWatcher('**/*')
  const subscriptions = [
    changed,
    watcher,
    watcher.onDidChange(takeEvent),
    watcher.onDidCreate(takeEvent),
    watcher.onDidDelete(takeEvent),
    workspace.onDidOpenTextDocument((document) => {
      if (takeDocument(document)) changeSoon()
    }),
    workspace.onDidChangeTextDocument(({ document }) => {
      if (takeDocument(document)) changeSoon()
    }),
    workspace.onDidCloseTextDocument((document) => {
      const place = locate(document.uri)
      if (place?.folder.registry.setOpen(place.path, undefined)) changeSoon()
    }),
    workspace.onDidChangeWorkspaceFolders(() => {
      isRescanDue = true
      changeSoon()
    }),
  ]

  const refresh = async (): Promise<void> => {
    await scanAll()
    changed.fire()
  }

  return {
    ready: refresh().catch((error: unknown) => log.error(`Reading the registry failed: ${reason(error)}`)),
    folders: () => [...folders.values()],
    locate,
    uriOf,
    promptAt(uri) {
      const place = locate(uri)
      if (!place) return null
      const { folder, path } = place
      const own = folder.registry.entry(path)
      if (own) return { folder, entry: own }
      if (!folder.registry.has(path)) return null
      const entry = folder.registry.entries().find(({ golden }) => golden?.path === path)
      return entry ? { folder, entry } : null
    },
    onDidChange: changed.event,
    refresh,
    dispose() {
      clearTimeout(timer)
      for (const each of subscriptions) each.dispose()
    },
  }
}
