import type { CodeLens, CodeLensProvider, Disposable } from 'vscode'
import type { Base, BaseVersions } from '../compare/base-version.ts'
import { promptId } from '../evals/eval-tree.ts'
import { passedWords, type LastResults, type Outcome } from '../evals/last-results.ts'
import type { PromptEntry } from '../folder-registry.ts'
import type { PromptWorkspace } from '../prompt-workspace.ts'
import { readSettings } from '../settings.ts'
import type { Vscode } from '../vscode.ts'
import { forRegistryFiles } from './registry-selector.ts'

/** One link above a prompt. Without a command it is text. */
export type Lens = {
  title: string
  tooltip: string
  command: 'assay.runEvals' | 'assay.compareWithBase' | 'assay.previewPrompt' | ''
}

type Facts = { entry: PromptEntry; base: Base | null; outcome?: Outcome; isOutdated: boolean }

/** `Run 25 cases` · `Compare with main` · `Preview`; after a run the first is its result. */
export function lensesFor({ entry, base, outcome, isOutdated }: Facts): Lens[] {
  if (!entry.prompt) return []
  const count = entry.golden?.set?.cases.length ?? 0
  const passed = outcome && !isOutdated ? passedWords(outcome.report.totals) : null
  const run: Lens =
    count === 0
      ? { title: 'No golden cases: only the text is checked', tooltip: '', command: '' }
      : {
          title: passed ?? `Run ${count} ${count === 1 ? 'case' : 'cases'}`,
          tooltip: `${passed ? 'Runs the golden cases again' : 'Runs the golden cases'} with the recorded answers: no model is asked, nothing is spent`,
          command: 'assay.runEvals',
        }
  const compare: Lens[] = base
    ? [
        {
          title: `Compare with ${base.label}`,
          tooltip: `Shows the prompt as the model gets it, on ${base.label} and now`,
          command: 'assay.compareWithBase',
        },
      ]
    : []
  const preview: Lens = {
    title: 'Preview',
    tooltip: 'Shows the prompt with the values of a golden case filled in',
    command: 'assay.previewPrompt',
  }
  return [run, ...compare, preview]
}

type Parts = { vscode: Vscode; prompts: PromptWorkspace; bases: BaseVersions; results: LastResults }

export function startCodeLenses({ vscode, prompts, bases, results }: Parts): Disposable {
  const changed = new vscode.EventEmitter<void>()
  const fire = () => changed.fire()
  const provider: CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses(document): CodeLens[] {
      if (!readSettings(vscode, document.uri).codeLens) return []
      const place = prompts.locate(document.uri)
      const entry = place?.folder.registry.entry(place.path)
      if (!place || !entry) return []
      const id = promptId(place.folder.uri.toString(), entry.path)
      const base = bases.baseOf(place.folder) ?? null
      const facts = { entry, base, outcome: results.of(id), isOutdated: results.isOutdated(id) }
      const range = new vscode.Range(0, 0, 0, 0)
      return lensesFor(facts).map(
        ({ title, tooltip, command }) =>
          new vscode.CodeLens(range, { title, tooltip, command, arguments: [document.uri] }),
      )
    },
  }
  return vscode.Disposable.from(
    changed,
    prompts.onDidChange(fire),
    bases.onDidChange(fire),
    results.onDidChange(fire),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('assay.codeLens')) fire()
    }),
    forRegistryFiles({ vscode, prompts }, (selector) => vscode.languages.registerCodeLensProvider(selector, provider)),
  )
}
