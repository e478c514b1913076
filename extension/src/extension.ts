import * as vscode from 'vscode'
import { startCodeLenses } from './authoring/code-lenses.ts'
import { startProblems } from './authoring/problems.ts'
import { startQuickFixes } from './authoring/quick-fixes.ts'
import { openBaseVersions } from './compare/base-version.ts'
import { startComparisons } from './compare/open-comparison.ts'
import { startRenderedDocuments } from './compare/rendered-documents.ts'
import { startEvalProfiles } from './evals/eval-profiles.ts'
import { openEvalTree } from './evals/eval-tree.ts'
import { lastResults } from './evals/last-results.ts'
import { openLog } from './log.ts'
import { openPromptWorkspace } from './prompt-workspace.ts'
import { startRunCommand } from './evals/run-command.ts'
import { startContextKeys } from './context-keys.ts'
import { startStatus } from './status.ts'

/** Starts everything. Nothing on disk, in git or on the network is waited for here. */
export function activate(context: vscode.ExtensionContext) {
  const started = performance.now()
  const now = () => new Date()

  const log = openLog(vscode)
  const prompts = openPromptWorkspace(vscode, log)
  const bases = openBaseVersions(vscode, prompts, log)
  const results = lastResults(vscode)
  const documents = startRenderedDocuments(vscode)

  const problems = startProblems({ vscode, prompts, bases, log, now })
  const tree = openEvalTree({ vscode, prompts })
  const profiles = startEvalProfiles({ vscode, prompts, bases, tree, results, log, now })

  context.subscriptions.push(
    log,
    prompts,
    bases,
    results,
    documents,
    problems,
    tree,
    profiles,
    ...startQuickFixes({ vscode, prompts, problems, now }),
    startCodeLenses({ vscode, prompts, bases, results }),
    startRunCommand({ vscode, prompts, tree, profiles }),
    startComparisons({ vscode, prompts, bases, documents, memory: context.workspaceState, log, now }),
    startStatus({ vscode, prompts, bases, results }),
    startContextKeys({ vscode, prompts }),
    vscode.commands.registerCommand('assay.showLog', () => log.show()),
  )

  /** For tests: how long the start took, when the first reading is over, and what the last runs came to. */
  return {
    activationMs: performance.now() - started,
    ready: Promise.all([prompts.ready, bases.ready]),
    controller: tree.controller,
    results,
  }
}

export type Exports = ReturnType<typeof activate>
