import { AssayError, builtinCatalog, command, packageVersion, type Verdict } from '@assay/core'
import type { PullRequest } from './event.ts'
import type { Log } from './log.ts'
import type { Secrets } from './secrets.ts'

/** The verdict of a run that could not come to one: wrong input or configuration, or a fault of Assay. Never a pass. */
export function couldNotRun(error: unknown, o: { pull: PullRequest | null; base: Verdict['base'] }): Verdict {
  const known = error instanceof AssayError ? error : null
  const message = known?.message ?? `Assay failed: ${(error as Error)?.message ?? error}`
  const hint = known ? (known.hint ?? '') : 'This is a fault of Assay itself; the log holds the stack to report.'
  return {
    format: 1,
    tool: `Assay ${packageVersion}`,
    verdict: 'error',
    reason: '',
    exit: 2,
    look_first: [],
    base: o.base,
    head: { commit: o.pull?.headSha ?? null, label: o.pull?.headRef ?? '' },
    fork: o.pull?.isFork ?? false,
    findings: [],
    cost_micro_usd: { cap: null, spent: 0 },
    prompts: [],
    registry: { prompts: 0 },
    catalog_as_of: builtinCatalog.asOf,
    policy: { from_commit: null, alpha: 0.05, margin: 0.1, rounds: [], accept_claimed: 'auto' },
    notes: [message, hint || `Try it at your desk: ${command('check')}`],
    method: '',
    ms: 0,
  }
}

/** Tells the log what went wrong: one annotation, at its place where one is known; the stack of a fault of our own. */
export function explain(error: unknown, log: Log, secrets: Pick<Secrets, 'clean'>): void {
  const known = error instanceof AssayError ? error : null
  const { path, line, column } = known?.place ?? {}
  const words = [known?.message ?? `Assay failed: ${(error as Error)?.message ?? error}`, known?.hint ?? '']
  log.annotate('error', secrets.clean(words.filter(Boolean).join('\n')), { file: path, line, col: column })
  if (!known) log.untrusted(secrets.clean(String((error as Error)?.stack ?? error)))
}
