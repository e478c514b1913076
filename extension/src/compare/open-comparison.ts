import type { Case } from '@assay/core'
import type { Disposable, Memento, Uri } from 'vscode'
import { todayOf } from '../authoring/lint-prompt.ts'
import { sideOf } from '../evals/side.ts'
import type { PromptEntry } from '../folder-registry.ts'
import { reason, type Log } from '../log.ts'
import type { Folder, PromptWorkspace } from '../prompt-workspace.ts'
import type { Vscode } from '../vscode.ts'
import type { BaseSide, BaseVersions } from './base-version.ts'
import { changeSummary, tellingCase } from './change-summary.ts'
import type { RenderedDocuments } from './rendered-documents.ts'
import { answerText, previewText, renderedParts, type Part } from './rendered-parts.ts'
import { recordedAnswer, replaySide } from './replay-side.ts'

type Parts = {
  vscode: Vscode
  prompts: PromptWorkspace
  bases: BaseVersions
  documents: RenderedDocuments
  memory: Memento
  log: Log
  now: () => Date
}

type Shown = { folder: Folder; path: string; view: 'compare' | 'preview' }

/** The commands that show a prompt as the model gets it: alone, or against the base branch. */
export function startComparisons(parts: Parts): Disposable {
  const { vscode, prompts, bases, documents, memory, log, now } = parts
  /** What an `assay:` document belongs to, and what was shown last: a chosen case refills it. */
  const shown = new Map<string, Shown>()
  let last: Shown | null = null

  /** The prompt that a command is about: of the file, of a made document, else the one that was shown last. */
  function find(target: unknown): { folder: Folder; entry: PromptEntry } | null {
    const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri
    const found = uri && prompts.promptAt(uri)
    if (found) return found
    const known = (uri && shown.get(uri.toString())) ?? last
    const entry = known?.folder.registry.entry(known.path)
    return known && entry ? { folder: known.folder, entry } : null
  }

  const memoryKey = (folder: Folder, path: string): string => `case:${folder.uri.toString()}/${path}`

  /** The case that was chosen for a prompt, else the suggested one, else its first. */
  function caseOf(folder: Folder, entry: PromptEntry, suggested: string | null = null): Case | null {
    const cases = entry.golden?.set?.cases ?? []
    const chosen = memory.get<string>(memoryKey(folder, entry.path))
    const find = (wanted: string | null | undefined) => cases.find(({ id }) => id === wanted)
    return find(chosen) ?? find(suggested) ?? cases[0] ?? null
  }

  function preview(folder: Folder, entry: PromptEntry): Uri | null {
    if (!entry.prompt) return null
    const text = previewText(entry.prompt, caseOf(folder, entry), todayOf(now()))
    const uri = documents.put(
      `/${entry.prompt.name}/preview of ${entry.prompt.name.split('/').at(-1)}.md`,
      idOf(folder, entry, 'preview'),
      text,
    )
    shown.set(uri.toString(), { folder, path: entry.path, view: 'preview' })
    return uri
  }

  const idOf = (folder: Folder, entry: PromptEntry, more: string): string =>
    `prompt=${encodeURIComponent(prompts.uriOf(folder, entry.path).toString())}&${more}`

  async function openPreview(folder: Folder, entry: PromptEntry): Promise<void> {
    const uri = preview(folder, entry)
    if (!uri) return broken(entry)
    last = { folder, path: entry.path, view: 'preview' }
    const viewColumn = vscode.ViewColumn.Beside
    const isOpen = vscode.window.visibleTextEditors.some(({ document }) => document.uri.toString() === uri.toString())
    if (!isOpen) await vscode.window.showTextDocument(uri, { viewColumn, preserveFocus: true, preview: true })
  }

  const broken = (entry: PromptEntry): void =>
    void vscode.window.showWarningMessage(
      vscode.l10n.t('{0} cannot be read: see the Problems view.', entry.path.split('/').at(-1)!),
    )

  async function openComparison(folder: Folder, entry: PromptEntry): Promise<void> {
    await bases.ready
    if (!entry.prompt) return broken(entry)
    const base = await bases.load(folder, entry)
    if (!base) return noBase()
    const head = entry.prompt
    const today = todayOf(now())
    const { config } = folder.registry
    const headSide = sideOf('head', head, config, today)
    const baseSide = base.prompt && sideOf('base', base.prompt, config, today)
    // Base's own answers first; the tape of the working tree holds them too, until someone records again.
    const baseTapes = [base.tape, entry.tape?.lines ?? []]
    const headTapes = [entry.tape?.lines ?? []]
    const set = entry.golden?.set?.cases.length ? entry.golden.set : null
    const baseRun = set && baseSide && (await replaySide(baseSide, set, baseTapes))
    const headRun = set && (await replaySide(headSide, set, headTapes))
    const c = caseOf(folder, entry, tellingCase(baseRun, headRun))
    const answers = {
      base: c && baseSide && (await recordedAnswer(baseSide, c, baseTapes)),
      head: c && (await recordedAnswer(headSide, c, headTapes)),
    }
    const left = base.prompt ? renderedParts(base.prompt, c, today) : []
    const right = renderedParts(head, c, today)
    if (answers.base) left.push({ name: 'answer.json', text: answerText(answers.base.text) })
    if (answers.head) right.push({ name: 'answer.json', text: answerText(answers.head.text) })
    const pairs = pairsOf(left, right)
    const summary = changeSummary({
      label: base.label,
      base: base.prompt,
      head,
      baseRun,
      headRun,
      caseId: c?.id ?? null,
      same: pairs.filter(isSame).map(({ name }) => name.replace(/\.\w+$/, '')),
      answer: answerWords(answers, base, c),
    })
    const first: Pair = { name: 'summary.md', left: summary.base, right: summary.head }
    await show(folder, entry, { base, c, pairs: [first, ...pairs.filter((pair) => !isSame(pair))] })
  }

  type Comparison = { base: BaseSide; c: Case | null; pairs: Pair[] }

  async function show(folder: Folder, entry: PromptEntry, { base, c, pairs }: Comparison): Promise<void> {
    const name = entry.prompt!.name
    // One path for both sides: with two, the editor would take every part for a renamed file.
    const put = (part: string, side: string, text: string | null): Uri | undefined => {
      if (text === null) return undefined
      const path = `/${name}, ${base.label} ↔ now/${part}`
      const uri = documents.put(path, idOf(folder, entry, `side=${side}&ref=${base.commit}&case=${c?.id ?? ''}`), text)
      shown.set(uri.toString(), { folder, path: entry.path, view: 'compare' })
      return uri
    }
    const resources = pairs.map((pair): [Uri, Uri | undefined, Uri | undefined] => {
      const left = put(pair.name, 'base', pair.left)
      const right = put(pair.name, 'now', pair.right)
      return [(right ?? left)!, left, right]
    })
    last = { folder, path: entry.path, view: 'compare' }
    const title = `${name}: ${base.label} ↔ ${vscode.l10n.t('working tree')}${c ? ` · ${c.id}` : ''}`
    await vscode.commands.executeCommand('vscode.changes', title, resources)
  }

  function noBase(): void {
    void vscode.window.showInformationMessage(
      vscode.workspace.isTrusted
        ? vscode.l10n.t(
            'No base to compare with: the folder is in no Git repository with a main branch. The setting "assay.compare.base" names another.',
          )
        : vscode.l10n.t(
            'Restricted Mode: comparing with Git needs a trusted folder. Checks, preview and recorded answers work.',
          ),
    )
  }

  async function chooseCase(target: unknown): Promise<void> {
    const found = find(target)
    const cases = found?.entry.golden?.set?.cases ?? []
    if (!found || cases.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('No golden cases to choose from.'))
      return
    }
    const { folder, entry } = found
    const current = caseOf(folder, entry)?.id
    const picked = await vscode.window.showQuickPick(
      cases.map(({ id, tags }) => ({
        label: id,
        description: [...(id === current ? ['shown now'] : []), ...tags].join(' · '),
      })),
      { placeHolder: vscode.l10n.t('Whose values fill the prompt?'), matchOnDescription: true },
    )
    if (!picked) return
    await memory.update(memoryKey(folder, entry.path), picked.label)
    const view = last && last.folder === folder && last.path === entry.path ? last.view : 'preview'
    await (view === 'compare' ? openComparison(folder, entry) : openPreview(folder, entry))
  }

  const command = (id: string, act: (target: unknown) => Promise<void>): Disposable =>
    vscode.commands.registerCommand(id, async (target?: unknown) => {
      await prompts.ready
      try {
        await act(target)
      } catch (error) {
        log.error(`${id}: ${reason(error)}`)
        throw error
      }
    })

  const onPrompt = (act: (folder: Folder, entry: PromptEntry) => Promise<void>) => async (target: unknown) => {
    const found = find(target)
    if (found) await act(found.folder, found.entry)
    else void vscode.window.showInformationMessage(vscode.l10n.t('Open a prompt file first.'))
  }

  return vscode.Disposable.from(
    command('assay.compareWithBase', onPrompt(openComparison)),
    command('assay.previewPrompt', onPrompt(openPreview)),
    command('assay.chooseCase', chooseCase),
    // An open preview follows the typing.
    prompts.onDidChange(() => {
      for (const { folder, path, view } of new Set(shown.values())) {
        const entry = view === 'preview' ? folder.registry.entry(path) : undefined
        if (entry) preview(folder, entry)
      }
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => void shown.delete(uri.toString())),
  )
}

type Pair = { name: string; left: string | null; right: string | null }

const isSame = ({ left, right }: Pair): boolean => left === right

function pairsOf(left: readonly Part[], right: readonly Part[]): Pair[] {
  const names = [...new Set([...right, ...left].map(({ name }) => name))]
  const textOf = (parts: readonly Part[], name: string) => parts.find((part) => part.name === name)?.text ?? null
  // Settings and the answer come after the messages, whichever side has them.
  const last = (name: string) => (name === 'answer.json' ? 2 : name === 'settings.yaml' ? 1 : 0)
  return names
    .toSorted((a, b) => last(a) - last(b))
    .map((name) => ({ name, left: textOf(left, name), right: textOf(right, name) }))
}

function answerWords(answers: { base: unknown; head: unknown }, base: BaseSide, c: Case | null): string | null {
  if (!c) return null
  if (answers.base && answers.head) return null
  if (!answers.head && !answers.base) return 'No answer of this case is recorded.'
  return answers.head
    ? `No answer of this case is recorded on ${base.label}.`
    : 'No answer of this case is recorded for the text as it is now.'
}
