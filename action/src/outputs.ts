import { randomUUID } from 'node:crypto'
import { appendFile } from 'node:fs/promises'
import type { Verdict } from '@assay/core'

/** The outputs of the step. Enumerations, numbers, hashes, paths and our own URLs: people paste outputs into commands. */
export function outputsOf(
  verdict: Verdict,
  o: { reportPath: string; answersPath: string; commentUrl: string },
): Record<string, string> {
  const totals = verdict.prompts.flatMap((prompt) => prompt.comparison?.head.totals ?? [])
  const sum = (count: (one: (typeof totals)[number]) => number): string =>
    String(totals.reduce((all, one) => all + count(one), 0))
  return {
    verdict: verdict.verdict,
    reason: verdict.reason,
    'report-path': o.reportPath,
    'answers-path': o.answersPath,
    'comment-url': o.commentUrl,
    'cost-usd': (verdict.cost_micro_usd.spent / 1e6).toFixed(6),
    passed: sum((one) => one.passed),
    total: sum((one) => one.passed + one.failed + one.unanswered),
    missing: sum((one) => one.unanswered),
    broken: String(verdict.prompts.reduce((all, prompt) => all + prompt.broken.length, 0)),
    'base-sha': verdict.base?.commit ?? '',
    'head-sha': verdict.head.commit ?? '',
  }
}

/** Writes outputs to the step's file, each with a delimiter that no value can guess; a malformed line fails the step. */
export async function writeOutputs(path: string | undefined, outputs: Record<string, string>): Promise<void> {
  if (!path) return
  const blocks = Object.entries(outputs).map(([name, value]) => {
    const delimiter = `assay_${randomUUID()}`
    return `${name}<<${delimiter}\n${value}\n${delimiter}\n`
  })
  await appendFile(path, blocks.join(''))
}
