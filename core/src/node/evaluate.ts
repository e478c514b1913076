import { AssayError } from '../errors.ts'
import { collect } from '../eval/collect.ts'
import { Ledger, shareCaps } from '../eval/ledger.ts'
import { buildRequest } from '../eval/request.ts'
import type { CaseResult, Mode, RunReport } from '../eval/result.ts'
import { caseResult, run } from '../eval/run.ts'
import { specProblems, type Scoring } from '../eval/score.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { floorNeeded } from '../stats/floor.ts'
import { gatesOf } from '../registry/config.ts'
import type { Case } from '../registry/golden.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import { requestKey } from '../tape/key.ts'
import { toAnswer } from '../tape/line.ts'
import { memoryTape } from '../tape/store.ts'
import { packageVersion } from '../text/command.ts'
import { scrubDeep } from '../text/secrets.ts'
import { selectPrompts } from './changes.ts'
import { findEndpoint } from './endpoint.ts'
import { askFor, capOf, providerIdOf, sideOf } from './prompt-run.ts'
import type { RunFolder } from './run-folder.ts'
import type { Snapshot } from './snapshot.ts'

export type EvaluateOptions = {
  names: readonly string[]
  cases: readonly string[]
  tags: readonly string[]
  mode: Mode
  /** Also endpoints without a key are asked. */
  askKeyless: boolean
  model?: string
  repeats: number
  concurrency?: number
  maxCostMicroUsd?: number
  catalog: Catalog
  today: string
  env: Readonly<Record<string, string | undefined>>
  folder: RunFolder | null
  signal: AbortSignal
  by: string
  progress?: (done: number, total: number, name: string) => void
}

/** The runs of `assay eval`, what they lack, and the exit code that follows. */
export type Evaluated = { reports: RunReport[]; notes: string[]; exit: 0 | 1 | 3 }

/**
 * Runs the golden cases of one version. Exit 1 under the floor, 3 when answers are missing.
 * @throws AssayError `golden` for a broken set, `usage` for an unknown prompt or case
 */
export async function evaluate(snapshot: Snapshot, o: EvaluateOptions): Promise<Evaluated> {
  const reports: RunReport[] = []
  const notes: string[] = []
  const refused = new Set<string>()
  let exit: Evaluated['exit'] = 0
  const prompts = selectPrompts(snapshot, o.names)
  const caps = shareCaps(
    prompts.map((prompt) => capOf(gatesOf(prompt, snapshot.config))),
    o.maxCostMicroUsd ?? null,
  )
  for (const [at, prompt] of prompts.entries()) {
    const cases = selectCases(snapshot, prompt, o)
    if (cases.length === 0) {
      notes.push(`${prompt.name}: no golden cases (prompts/golden/${prompt.name}.yaml); nothing was run.`)
      continue
    }
    const report = await evaluatePrompt(snapshot, prompt, cases, caps[at]!, refused, o)
    reports.push(report)
    const outcome = floorOutcome(snapshot, prompt, report)
    if (outcome.note) notes.push(outcome.note)
    if (exit !== 3) exit = outcome.exit === 0 ? exit : outcome.exit
  }
  return scrubDeep({ reports, notes: [...notes, ...refused], exit })
}

function selectCases(snapshot: Snapshot, prompt: PromptFile, o: EvaluateOptions): Case[] {
  const golden = snapshot.goldens.get(prompt.path)
  const problem = golden?.findings.find((finding) => finding.severity === 'error')
  if (problem) {
    throw new AssayError('golden', `${problem.path}:${problem.line}:${problem.column}: ${problem.message}`, {
      hint: 'Fix the golden set; a set with errors is never judged.',
      place: { path: problem.path, line: problem.line, column: problem.column },
    })
  }
  const all = golden?.set?.cases ?? []
  const unknown = o.cases.find((id) => o.names.length === 1 && !all.some((c) => c.id === id))
  if (unknown !== undefined)
    throw new AssayError('usage', `${prompt.name} has no case "${unknown}".`, {
      hint: `It has: ${all
        .slice(0, 10)
        .map((c) => c.id)
        .join(', ')}${all.length > 10 ? ', …' : ''}.`,
    })
  return all.filter(
    (c) =>
      (o.cases.length === 0 || o.cases.includes(c.id)) &&
      (o.tags.length === 0 || o.tags.some((tag) => c.tags.includes(tag))),
  )
}

async function evaluatePrompt(
  snapshot: Snapshot,
  prompt: PromptFile,
  cases: Case[],
  cap: number | null,
  refused: Set<string>,
  o: EvaluateOptions,
): Promise<RunReport> {
  const { config } = snapshot
  const ask = o.mode === 'replay' ? 'never' : o.askKeyless ? 'always' : 'if-key'
  const endpoint = findEndpoint(providerIdOf(prompt, config), config, o.env, { ask })
  const side = sideOf('head', prompt, endpoint, o.today, o.model)
  const scoring: Scoring = prompt.outputSchema === undefined ? {} : { outputSchema: prompt.outputSchema }
  for (const c of cases) {
    const built = buildRequest(side, c, 0)
    const problem = built.ok ? specProblems(c, scoring)[0] : built.problem
    if (problem)
      throw new AssayError('golden', `${c.path}:${c.line}:1: ${problem}`, {
        place: { path: c.path, line: c.line, column: 1 },
      })
  }
  const ledger = new Ledger(cap)
  const tape = memoryTape(snapshot.tapes.get(prompt.name)?.lines ?? [])
  const isFresh = o.mode === 'refresh' || o.mode === 'live'
  const asker = askFor({
    prompt,
    config,
    endpoint,
    ledger,
    refused: (why) => refused.add(`${prompt.name}: ${why} It was not recorded.`),
    keep: async (line) => {
      if (o.mode !== 'live') await o.folder?.keep(prompt.name, line)
    },
    signal: o.signal,
    by: o.by,
    ...(o.model ? { model: o.model } : {}),
    ...(o.concurrency ? { concurrency: o.concurrency } : {}),
    find: async (request) => {
      const line = isFresh ? undefined : await tape.get(requestKey(request))
      return line && toAnswer(line, 'recorded')
    },
  })
  const results: CaseResult[] = []
  const samples = Array.from({ length: o.repeats }, (_, i) => i)
  for await (const done of run(side, cases, asker, { samples })) {
    results.push(caseResult(done.case, done.samples, scoring))
    o.progress?.(results.length, cases.length, prompt.name)
  }
  const set = snapshot.goldens.get(prompt.path)!.set!
  return collect(results, {
    tool: `Assay ${packageVersion}`,
    side: 'head',
    commit: null,
    prompt: { name: prompt.name, version: prompt.version, path: prompt.path, hash: prompt.canonicalHash },
    golden: { path: set.path, hash: set.hash, n: set.cases.length },
    model: side.model,
    gate: 'golden',
    mode: o.mode,
    catalog_as_of: o.catalog.asOf,
    spentMicroUsd: ledger.spent,
    capMicroUsd: cap,
  })
}

// One side alone is judged by its floor, literally: there is no base that could excuse it.
function floorOutcome(snapshot: Snapshot, prompt: PromptFile, report: RunReport): { exit: 0 | 1 | 3; note?: string } {
  const { totals } = report
  if (totals.unanswered > 0) {
    const reason = report.errors[0]?.example ?? ''
    return { exit: 3, note: `${prompt.name}: ${totals.unanswered} of ${totals.n} answers are missing: ${reason}.` }
  }
  const judged = totals.passed + totals.failed
  const { floor } = gatesOf(prompt, snapshot.config).golden
  const need = floorNeeded(floor, judged)
  if (judged === 0) return { exit: 0, note: `${prompt.name}: no case has an expectation yet, so nothing gates.` }
  return totals.passed < need
    ? { exit: 1, note: `${prompt.name}: ${totals.passed}/${judged} is under its floor of ${floor} (needs ${need}).` }
    : { exit: 0 }
}
