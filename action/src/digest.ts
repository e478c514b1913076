import { createHash } from 'node:crypto'
import type { Verdict } from '@assay/core'

/** 16 hex digits over what a verdict rests on and says: equal digests, equal verdicts. Times and prices are no part of it. */
export function digestOf(verdict: Verdict): string {
  const essentials = {
    verdict: verdict.verdict,
    reason: verdict.reason,
    policy: { ...verdict.policy, from_commit: null },
    findings: verdict.findings.map(({ rule, severity, path, line, message }) => [rule, severity, path, line, message]),
    prompts: verdict.prompts.map((prompt) => {
      const { base = null, head = null } = prompt.comparison ?? {}
      return {
        name: prompt.name,
        version: prompt.version,
        verdict: prompt.verdict,
        reason: prompt.reason,
        sides: [base, head].map((report) => report && [report.prompt.hash, report.golden?.hash ?? null, report.model]),
        cases:
          head && head.cases.map((result) => [result.case, result.state, result.runs.map((run) => [run.k, run.pass])]),
      }
    }),
  }
  return createHash('sha256').update(JSON.stringify(essentials)).digest('hex').slice(0, 16)
}
