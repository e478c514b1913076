import type { ConfigurationScope } from 'vscode'
import type { Vscode } from './vscode.ts'

export type LintRun = 'onType' | 'onSave' | 'off'

/** What people set in the editor. Nothing here decides a verdict: that is in assay.yaml. */
export type Settings = { lintRun: LintRun; codeLens: boolean; compareBase: string }

const lintRuns: readonly unknown[] = ['onType', 'onSave', 'off']

/** Reads `assay.*` for a file; a value of the wrong kind counts as not set. */
export function readSettings(vscode: Vscode, scope?: ConfigurationScope): Settings {
  const all = vscode.workspace.getConfiguration('assay', scope)
  const lintRun = all.get<unknown>('lint.run')
  const base = all.get<unknown>('compare.base')
  return {
    lintRun: lintRuns.includes(lintRun) ? (lintRun as LintRun) : 'onType',
    codeLens: all.get<unknown>('codeLens.enabled') !== false,
    compareBase: typeof base === 'string' && base.trim() !== '' ? base.trim() : 'auto',
  }
}
