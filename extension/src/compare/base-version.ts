import {
  baseOf,
  isPromptPath,
  parseGoldenSet,
  parseTape,
  tapePathOf,
  type PromptFile,
  type TapeLine,
} from '@assay/core'
import type { Disposable, Event } from 'vscode'
import type { PromptEntry } from '../folder-registry.ts'
import { reason, type Log } from '../log.ts'
import type { Folder, PromptWorkspace } from '../prompt-workspace.ts'
import { readSettings } from '../settings.ts'
import type { Vscode } from '../vscode.ts'
import type { GitApi, GitExtension, GitRepository } from './git-api.ts'

/** The commit that a folder is compared with. `label` is what people call it: `main`. */
export type Base = { commit: string; label: string }

/** A prompt as it is at base. `prompt` is null when base has none. */
export type BaseSide = Base & { prompt: PromptFile | null; tape: TapeLine[]; goldenCases: number }

/** Base versions through the built-in Git extension, which may start, and find its repositories, after us. */
export interface BaseVersions extends Disposable {
  /** null: none; undefined: not known yet. */
  baseOf(folder: Folder): Base | null | undefined
  /** The base side of a prompt, once it has been read; `load` reads it. */
  known(folder: Folder, entry: PromptEntry): BaseSide | null | undefined
  load(folder: Folder, entry: PromptEntry): Promise<BaseSide | null>
  /** The base moved, or there is one now. */
  readonly onDidChange: Event<void>
  /** Settles when Git has been asked once. */
  readonly ready: Promise<void>
}

type Known = {
  base: Base | null
  repository: GitRepository | null
  texts: Map<string, Promise<string | null>>
  sides: Map<string, BaseSide>
}

const candidates = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master']
const settleMs = 300

export function openBaseVersions(vscode: Vscode, prompts: PromptWorkspace, log: Log): BaseVersions {
  const changed = new vscode.EventEmitter<void>()
  const known = new Map<string, Known>()
  const subscriptions: Disposable[] = [changed]
  const watched = new WeakSet<GitRepository>()
  let git: GitApi | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const none = (): Known => ({ base: null, repository: null, texts: new Map(), sides: new Map() })

  /** Looks again at the base of every folder; says so when one moved. */
  async function look(): Promise<void> {
    let isMoved = false
    for (const folder of prompts.folders()) {
      const key = folder.uri.toString()
      const repository = git?.getRepository(folder.uri) ?? null
      if (repository && !watched.has(repository)) {
        watched.add(repository)
        subscriptions.push(repository.state.onDidChange(lookSoon))
      }
      const base = repository && (await findBase(repository, readSettings(vscode, folder.uri).compareBase))
      const before = known.get(key)
      if (before && before.base?.commit === base?.commit && before.base?.label === base?.label) continue
      isMoved = true
      known.set(key, { ...none(), base, repository })
      log.info(base ? `${folder.name}: base is ${base.label} (${base.commit.slice(0, 7)})` : `${folder.name}: no base`)
    }
    if (isMoved) changed.fire()
  }

  function lookSoon(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void lookNow(), settleMs)
  }

  const lookNow = (): Promise<void> => look().catch((error: unknown) => log.warn(`Git: ${reason(error)}`))

  async function findBase(repository: GitRepository, setting: string): Promise<Base | null> {
    // A reference that begins with "-" would be read as an option.
    if (setting !== 'auto' && !setting.startsWith('-')) {
      const commit = await mergeBase(repository, setting)
      if (commit) return { commit, label: setting }
      log.warn(`assay.compare.base: "${setting}" is no commit of this repository; looking for the base branch instead.`)
    }
    const own = repository.state.HEAD?.name
    const branch = own === undefined ? undefined : await repository.getBranchBase?.(own).catch(() => undefined)
    const ofBranch = branch?.name === undefined ? [] : [branch.remote ? `${branch.remote}/${branch.name}` : branch.name]
    for (const ref of [...ofBranch, ...candidates]) {
      const commit = await mergeBase(repository, ref)
      if (commit) return { commit, label: await labelOf(repository, ref) }
    }
    return null
  }

  async function mergeBase(repository: GitRepository, ref: string): Promise<string | null> {
    const tip = await repository.getCommit(ref).catch(() => null)
    if (!tip) return null
    return (await repository.getMergeBase(tip.hash, 'HEAD').catch(() => undefined)) ?? null
  }

  /** `origin/HEAD` says nothing to a reader: the branch that it points at does. */
  async function labelOf(repository: GitRepository, ref: string): Promise<string> {
    if (!ref.endsWith('/HEAD')) return ref.replace(/^origin\//, '')
    const tip = await repository.getCommit(ref).catch(() => null)
    for (const name of ['main', 'master']) {
      const other = await repository.getCommit(`origin/${name}`).catch(() => null)
      if (other && other.hash === tip?.hash) return name
    }
    return ref
  }

  function textAt(at: Known, folder: Folder, path: string): Promise<string | null> {
    const reading = at.texts.get(path)
    if (reading) return reading
    const file = prompts.uriOf(folder, path).fsPath
    const text = at.repository!.show(at.base!.commit, file).then(
      (content) => content,
      () => null,
    )
    at.texts.set(path, text)
    return text
  }

  /** The file itself, files of the same name in other folders, and files that are gone or renamed since. */
  async function candidatePaths(at: Known, folder: Folder, entry: PromptEntry, prompt: PromptFile) {
    const renames = new Map<string, string>()
    const paths = new Set([entry.path])
    for (const other of folder.registry.entries()) if (other.prompt?.name === prompt.name) paths.add(other.path)
    const changes = await at.repository!.diffWith(at.base!.commit).catch(() => [])
    for (const { originalUri, renameUri } of changes) {
      const from = prompts.locate(originalUri)
      if (from?.folder !== folder || !isPromptPath(from.path, folder.registry.config)) continue
      const to = renameUri ? prompts.locate(renameUri) : null
      if (to && to.path !== from.path) renames.set(to.path, from.path)
      if (folder.registry.text(from.path) === undefined || to?.path === entry.path) paths.add(from.path)
    }
    return { paths, renames }
  }

  async function load(folder: Folder, entry: PromptEntry): Promise<BaseSide | null> {
    const at = known.get(folder.uri.toString())
    if (!at?.base || !entry.prompt) return null
    const { prompt } = entry
    const { paths, renames } = await candidatePaths(at, folder, entry, prompt)
    const parsed: PromptFile[] = []
    for (const path of paths) {
      const text = await textAt(at, folder, path)
      const read = text === null ? null : folder.registry.parse(path, text)
      if (read?.ok) parsed.push(read.prompt)
    }
    const found = baseOf(prompt, parsed, renames)?.prompt ?? null
    const tapeText = found && (await textAt(at, folder, tapePathOf(found.name, folder.registry.config)))
    const goldenText = entry.golden && (await textAt(at, folder, entry.golden.path))
    const golden =
      goldenText && entry.golden ? parseGoldenSet(entry.golden.path, goldenText, goldenOptions(prompt, folder)) : null
    const side: BaseSide = {
      ...at.base,
      prompt: found,
      tape: tapeText === null ? [] : parseTape('', tapeText).lines,
      goldenCases: golden?.set?.cases.length ?? 0,
    }
    at.sides.set(sideKey(entry.path, prompt), side)
    return side
  }

  const goldenOptions = (prompt: PromptFile, folder: Folder) => ({
    name: prompt.name,
    readFile: (path: string) => folder.registry.text(path),
    assertions: prompt.evals.assertions,
  })

  // A new name or major may have another base.
  const sideKey = (path: string, prompt: PromptFile): string => `${path}#${prompt.name}#${prompt.version.split('.')[0]}`

  async function start(): Promise<void> {
    await prompts.ready
    // In Restricted Mode Git is switched off, and asking for it would only bring an error.
    const extension = vscode.workspace.isTrusted
      ? vscode.extensions.getExtension<GitExtension>('vscode.git')
      : undefined
    if (extension) {
      const exported = await extension.activate()
      const take = (): void => {
        git = exported.enabled ? exported.getAPI(1) : null
        if (git) subscriptions.push(git.onDidOpenRepository(lookSoon), git.onDidCloseRepository(lookSoon))
      }
      take()
      subscriptions.push(
        exported.onDidChangeEnablement(() => {
          take()
          lookSoon()
        }),
      )
    }
    await look()
  }

  const begin = (): Promise<void> => start().catch((error: unknown) => log.warn(`Git: ${reason(error)}`))
  subscriptions.push(
    vscode.workspace.onDidGrantWorkspaceTrust(() => void begin()),
    vscode.workspace.onDidChangeWorkspaceFolders(lookSoon),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('assay.compare.base')) lookSoon()
    }),
  )

  return {
    baseOf(folder) {
      const at = known.get(folder.uri.toString())
      return at && at.base
    },
    known(folder, entry) {
      const at = known.get(folder.uri.toString())
      if (!at) return undefined
      if (!at.base || !entry.prompt) return null
      return at.sides.get(sideKey(entry.path, entry.prompt))
    },
    load,
    onDidChange: changed.event,
    ready: begin(),
    dispose() {
      clearTimeout(timer)
      for (const each of subscriptions) each.dispose()
    },
  }
}
