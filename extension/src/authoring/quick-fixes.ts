import type { Finding, Fix, Span } from '@assay/core'
import type {
  CodeAction,
  CodeActionProvider,
  Diagnostic,
  Disposable,
  TextDocument,
  TextEdit,
  SnippetTextEdit,
} from 'vscode'
import type { PromptEntry } from '../folder-registry.ts'
import type { PromptWorkspace } from '../prompt-workspace.ts'
import type { Vscode } from '../vscode.ts'
import { fixEntry, todayOf } from './lint-prompt.ts'
import type { Problems } from './problems.ts'
import { forRegistryFiles } from './registry-selector.ts'

/** One thing that a quick fix offers; `snippet` edits leave the cursor where a person has to write. */
export type Offer = {
  title: string
  finding: Finding
  preferred: boolean
  edits: { span: Span; text: string; snippet: boolean }[]
}

/** What can be done about findings, best first; only the very first is preferred, so that one key takes it. */
export function offersFor(findings: readonly Finding[], entry: Pick<PromptEntry, 'path' | 'text' | 'parsed'>): Offer[] {
  const rank = { error: 0, warning: 1, info: 2 }
  const sorted = findings.toSorted((a, b) => rank[a.severity] - rank[b.severity])
  const fixes = sorted.flatMap((finding) => offered(finding).map((fix) => fixOffer(finding, fix)))
  const best = fixes.find((offer) => offer.isSafe) ?? fixes[0]
  const offers = fixes.map((fix) => {
    const { isSafe: _isSafe, ...offer } = fix
    return { ...offer, preferred: fix === best }
  })
  const ignores = sorted.flatMap((finding) => ignoreOffer(finding, entry) ?? [])
  return [...offers, ...ignores.filter(({ title }, index) => ignores.findIndex((o) => o.title === title) === index)]
}

function fixOffer(finding: Finding, fix: Fix): Offer & { isSafe: boolean } {
  const edits = fix.edits.map(({ span, text }) => {
    const snippet = sentenceSnippet(text)
    return { span, text: snippet ?? text, snippet: snippet !== null }
  })
  return { title: fix.title, finding, preferred: false, isSafe: fix.safe, edits }
}

/** A new changelog entry comes with a draft of its sentence, which is selected: people say why, Assay only what. */
function sentenceSnippet(text: string): string | null {
  const match = /^(.*\bchange: "?)((?:[^"\\\n]|\\.)+)("?\s*)$/s.exec(text)
  return match ? `${escapeSnippet(match[1]!)}\${1:${escapeSnippet(match[2]!)}}${escapeSnippet(match[3]!)}` : null
}

const escapeSnippet = (text: string): string => text.replace(/[\\$}]/g, (character) => `\\${character}`)

/** A comment above the line, with the cursor where the reason goes; inside a text of several lines it can only stand on top. */
function ignoreOffer(
  finding: Finding,
  { path, text, parsed }: Pick<PromptEntry, 'path' | 'text' | 'parsed'>,
): Offer | null {
  if (finding.path !== path || finding.rule === 'registry/schema') return null
  const lineStart = text.lastIndexOf('\n', finding.span.start - 1) + 1
  const isInText = parsed.ok && Object.values(parsed.prompt.spans).some((span) => isBlockAround(span, lineStart, text))
  const at = isInText ? 0 : lineStart
  const indent = /^[ \t]*/.exec(text.slice(at))![0]
  const comment = `# assay-ignore${isInText ? '-file' : ''} ${finding.rule}: `
  return {
    title: isInText ? `Ignore ${finding.rule} in this file…` : `Ignore ${finding.rule} here…`,
    finding,
    preferred: false,
    edits: [
      {
        span: { start: at, end: at },
        text: `${escapeSnippet(isInText ? '' : indent)}${comment}$0\n`,
        snippet: true,
      },
    ],
  }
}

/** True for a text that began on a line above: a comment in it would be part of the text. */
const isBlockAround = (span: Span, lineStart: number, text: string): boolean =>
  span.start < lineStart && lineStart < span.end && /^[|>"']/.test(text.slice(span.start, span.start + 1))

type Parts = { vscode: Vscode; prompts: PromptWorkspace; problems: Problems; now: () => Date }

export function startQuickFixes({ vscode, prompts, problems, now }: Parts): Disposable[] {
  const { QuickFix } = vscode.CodeActionKind
  const fixAllKind = vscode.CodeActionKind.SourceFixAll.append('assay')

  function quickFixes(document: TextDocument, diagnostics: readonly Diagnostic[]): CodeAction[] {
    const found = prompts.promptAt(document.uri)
    if (!found || found.entry.text !== document.getText()) return []
    const findings = problems
      .findingsOf(document.uri)
      .filter((finding) => diagnostics.some((one) => isOf(one, finding)))
    return offersFor(findings, found.entry).map((offer) => {
      const action = new vscode.CodeAction(offer.title, QuickFix)
      action.diagnostics = diagnostics.filter((one) => isOf(one, offer.finding))
      action.isPreferred = offer.preferred
      action.edit = new vscode.WorkspaceEdit()
      action.edit.set(
        document.uri,
        offer.edits.map((edit) => editOf(document, edit)),
      )
      return action
    })
  }

  const isOf = (diagnostic: Diagnostic, finding: Finding): boolean =>
    diagnostic.source === 'assay' &&
    diagnostic.code === finding.rule &&
    diagnostic.range.start.line === finding.line - 1 &&
    diagnostic.range.start.character === finding.column - 1

  function editOf(document: TextDocument, { span, text, snippet }: Offer['edits'][number]): TextEdit | SnippetTextEdit {
    const range = rangeOf(document, span)
    if (!snippet) return new vscode.TextEdit(range, text)
    const edit = new vscode.SnippetTextEdit(range, new vscode.SnippetString(text))
    // The text brings its own indentation.
    edit.keepWhitespace = true
    return edit
  }

  const rangeOf = (document: TextDocument, span: Span) =>
    new vscode.Range(document.positionAt(span.start), document.positionAt(span.end))

  /** null: nothing to fix. One edit of the part that differs, so that cursor and folds stay. */
  function fixAllEdit(document: TextDocument): TextEdit | null {
    const found = prompts.promptAt(document.uri)
    if (!found || found.entry.text !== document.getText()) return null
    const { folder, entry } = found
    const fixed = fixEntry(folder.registry, entry, { base: problems.baseFor(folder, entry), today: todayOf(now()) })
    const change = changedPart(entry.text, fixed)
    return change && new vscode.TextEdit(rangeOf(document, change.span), change.text)
  }

  const provider: CodeActionProvider = {
    provideCodeActions(document, _range, { diagnostics, only }) {
      const actions = !only || only.contains(QuickFix) ? quickFixes(document, diagnostics) : []
      // Only when asked: a fix of the whole file has no place among those of a line.
      if (!only?.contains(fixAllKind)) return actions
      const edit = fixAllEdit(document)
      if (!edit) return actions
      const action = new vscode.CodeAction(vscode.l10n.t('Fix all that Assay can fix safely'), fixAllKind)
      action.edit = new vscode.WorkspaceEdit()
      action.edit.set(document.uri, [edit])
      return [...actions, action]
    },
  }
  const providedCodeActionKinds = [QuickFix, fixAllKind]
  const registered = forRegistryFiles({ vscode, prompts }, (selector) =>
    vscode.languages.registerCodeActionsProvider(selector, provider, { providedCodeActionKinds }),
  )
  const command = vscode.commands.registerCommand('assay.fixAll', async (uri?: unknown) => {
    const target = uri instanceof vscode.Uri ? uri : vscode.window.activeTextEditor?.document.uri
    if (!target) return
    const document = await vscode.workspace.openTextDocument(target)
    const edit = fixAllEdit(document)
    if (!edit) {
      vscode.window.setStatusBarMessage(vscode.l10n.t('Assay: nothing to fix safely in this file'), 5000)
      return
    }
    const change = new vscode.WorkspaceEdit()
    change.set(target, [edit])
    await vscode.workspace.applyEdit(change)
  })
  return [registered, command]
}

/** What lies between the common beginning and the common end of two texts; null when they are equal. */
export function changedPart(before: string, after: string): { span: Span; text: string } | null {
  if (before === after) return null
  let start = 0
  while (start < before.length && before[start] === after[start]) start += 1
  let tail = 0
  const most = Math.min(before.length, after.length) - start
  while (tail < most && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  return { span: { start, end: before.length - tail }, text: after.slice(start, after.length - tail) }
}

// A fix that only writes other files has no edit for this document; the command line offers it.
const offered = (finding: Finding): Fix[] => (finding.fixes ?? []).filter((fix) => fix.edits.length > 0)
