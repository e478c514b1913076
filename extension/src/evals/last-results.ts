import type { Case, CaseResult, RunReport } from '@assay/core'
import type { Event, TestMessage } from 'vscode'
import { caseContent } from './eval-tree.ts'
import type { Vscode } from '../vscode.ts'

/** What the last run of a prompt came to. */
export type Outcome = {
  /** The prompt's item. */
  id: string
  report: RunReport
  /** What each case was when it ran. */
  contents: Map<string, string>
  messages: Map<string, TestMessage[]>
}

/** Which results no longer belong to the text that is there now. */
export type Outdated = 'none' | 'all' | string[]

/** Cases whose result is of another text: all when the prompt changed, else those that changed themselves. */
export function outdatedCases(
  outcome: Pick<Outcome, 'report' | 'contents'>,
  hash: string,
  cases: readonly Case[],
): Outdated {
  if (outcome.report.prompt.hash !== hash) return 'all'
  const changed = cases.filter((c) => outcome.contents.has(c.id) && outcome.contents.get(c.id) !== caseContent(c))
  return changed.length === 0 ? 'none' : changed.map(({ id }) => id)
}

/** `24/25 passed`, with the cases that have no recorded answer; null when nothing was judged. */
export function passedWords(totals: RunReport['totals']): string | null {
  const judged = totals.passed + totals.failed
  const missing = totals.unanswered > 0 ? `, ${totals.unanswered} not recorded` : ''
  if (judged === 0) return totals.unanswered > 0 ? `${totals.unanswered} of ${totals.n} not recorded` : null
  return `${totals.passed}/${judged} passed${missing}`
}

/** The newest outcome of each prompt. */
export interface LastResults {
  of(id: string): Outcome | undefined
  isOutdated(id: string): boolean
  finish(outcome: Outcome): void
  markOutdated(id: string): void
  readonly onDidChange: Event<string>
  results(id: string): readonly CaseResult[]
  dispose(): void
}

export function lastResults(vscode: Vscode): LastResults {
  const changed = new vscode.EventEmitter<string>()
  const outcomes = new Map<string, Outcome>()
  const outdated = new Set<string>()
  return {
    of: (id) => outcomes.get(id),
    isOutdated: (id) => outdated.has(id),
    finish(outcome) {
      outdated.delete(outcome.id)
      outcomes.set(outcome.id, outcome)
      changed.fire(outcome.id)
    },
    markOutdated(id) {
      if (outdated.has(id)) return
      outdated.add(id)
      changed.fire(id)
    },
    results: (id) => outcomes.get(id)?.report.cases ?? [],
    onDidChange: changed.event,
    dispose: () => changed.dispose(),
  }
}
