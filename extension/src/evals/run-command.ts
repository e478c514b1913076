import type { Disposable } from 'vscode'
import type { PromptWorkspace } from '../prompt-workspace.ts'
import type { Vscode } from '../vscode.ts'
import type { EvalProfiles } from './eval-profiles.ts'
import type { EvalTree } from './eval-tree.ts'

type Parts = { vscode: Vscode; prompts: PromptWorkspace; tree: EvalTree; profiles: EvalProfiles }

/** `assay.runEvals`: all cases of the prompt that a prompt file or a golden set belongs to. */
export function startRunCommand({ vscode, prompts, tree, profiles }: Parts): Disposable {
  const updates = prompts.onDidChange(() => void tree.update())
  void prompts.ready.then(() => tree.update())
  const command = vscode.commands.registerCommand('assay.runEvals', async (target?: unknown) => {
    await prompts.ready
    const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri
    const found = uri && prompts.promptAt(uri)
    if (!found) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Open a prompt file or a golden set first.'))
      return
    }
    const { folder, entry } = found
    if (!entry.golden?.set?.cases.length) {
      const name = entry.prompt?.name ?? entry.path
      void vscode.window.showInformationMessage(
        vscode.l10n.t('{0} has no golden cases: only the text is checked.', name),
      )
      return
    }
    await tree.update()
    const item = tree.find(folder, entry.path)
    if (!item) return
    await profiles.runPrompt(item)
    await showResults()
  })

  /** The editor opens its results for runs that it starts itself; this one was asked for as well. The cursor stays. */
  async function showResults(): Promise<void> {
    const setting = vscode.workspace.getConfiguration('testing').get('automaticallyOpenTestResults')
    if (setting === 'neverOpen') return
    await vscode.commands.executeCommand('workbench.panel.testResults.view.focus', { preserveFocus: true })
  }

  return vscode.Disposable.from(updates, command)
}
