import type { Disposable } from 'vscode'
import type { BaseVersions } from './compare/base-version.ts'
import { promptId } from './evals/eval-tree.ts'
import { passedWords, type LastResults } from './evals/last-results.ts'
import type { PromptWorkspace } from './prompt-workspace.ts'
import type { Vscode } from './vscode.ts'

type Facts = {
  passed: string | null
  isOutdated: boolean
  configErrors: number
  base: string | null
  trusted: boolean
}

/** The words of the status item: how the golden cases stand, and what limits the view. */
export function statusOf(o: Facts): { text: string; detail: string; severity: 'Information' | 'Warning' } {
  const run = o.isOutdated ? 'not run since edit' : o.passed === null ? 'not run' : `${o.passed} · recorded`
  const details = [
    o.configErrors > 0
      ? `assay.yaml has ${o.configErrors} ${o.configErrors === 1 ? 'error' : 'errors'}; defaults are in use`
      : '',
    o.trusted
      ? o.base === null
        ? 'not compared: no base'
        : `compared with ${o.base}`
      : 'Restricted Mode: checks, preview and recorded answers work; Git comparison needs a trusted folder',
  ]
  return {
    text: `Assay: ${run}`,
    detail: details.filter(Boolean).join(' · '),
    severity: o.configErrors > 0 ? 'Warning' : 'Information',
  }
}

type Parts = { vscode: Vscode; prompts: PromptWorkspace; bases: BaseVersions; results: LastResults }

/** One language status item on prompts and golden sets; no item in the global status bar. */
export function startStatus({ vscode, prompts, bases, results }: Parts): Disposable {
  const item = vscode.languages.createLanguageStatusItem('assay.status', [])
  item.name = 'Assay'

  function update(): void {
    const uri = vscode.window.activeTextEditor?.document.uri
    const found = uri && prompts.promptAt(uri)
    if (!uri || !found) {
      item.selector = []
      return
    }
    const { folder, entry } = found
    const id = promptId(folder.uri.toString(), entry.path)
    const outcome = results.of(id)
    const status = statusOf({
      passed: outcome ? passedWords(outcome.report.totals) : null,
      isOutdated: results.isOutdated(id),
      configErrors: folder.registry.configFindings.filter(({ severity }) => severity === 'error').length,
      base: bases.baseOf(folder)?.label ?? null,
      trusted: vscode.workspace.isTrusted,
    })
    item.selector = { scheme: uri.scheme, pattern: new vscode.RelativePattern(folder.uri, prompts.locate(uri)!.path) }
    item.text = status.text
    item.detail = status.detail
    item.severity = vscode.LanguageStatusSeverity[status.severity]
    item.command = vscode.workspace.isTrusted
      ? { title: vscode.l10n.t('Show Log'), command: 'assay.showLog' }
      : { title: vscode.l10n.t('Manage Trust'), command: 'workbench.trust.manage' }
    item.accessibilityInformation = { label: `${status.text}. ${status.detail}` }
  }

  void prompts.ready.then(update)
  return vscode.Disposable.from(
    item,
    prompts.onDidChange(update),
    bases.onDidChange(update),
    results.onDidChange(update),
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.workspace.onDidGrantWorkspaceTrust(update),
  )
}
