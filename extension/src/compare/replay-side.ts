import {
  buildRequest,
  builtinCatalog,
  caseResult,
  collect,
  packageVersion,
  run,
  type Answer,
  type Case,
  type CaseResult,
  type GoldenSet,
  type RunReport,
  type Side,
  type TapeLine,
} from '@assay/core'
import { replayAsk } from '../evals/side.ts'

/** The golden cases of one side from its tapes, for the counts of a comparison. */
export async function replaySide(
  side: Side,
  set: GoldenSet,
  tapes: readonly (readonly TapeLine[])[],
): Promise<RunReport> {
  const { prompt } = side
  const scoring = prompt.outputSchema === undefined ? {} : { outputSchema: prompt.outputSchema }
  const results: CaseResult[] = []
  for await (const { case: c, samples } of run(side, set.cases, replayAsk(tapes)))
    results.push(caseResult(c, samples, scoring))
  return collect(results, {
    tool: `Assay ${packageVersion}`,
    side: side.side,
    commit: null,
    prompt: { name: prompt.name, version: prompt.version, path: prompt.path, hash: prompt.canonicalHash },
    golden: { path: set.path, hash: set.hash, n: set.cases.length },
    model: side.model,
    gate: 'golden',
    mode: 'replay',
    catalog_as_of: builtinCatalog.asOf,
    spentMicroUsd: 0,
    capMicroUsd: null,
  })
}

/** The recorded answer of one case; null: there is none. */
export async function recordedAnswer(
  side: Side,
  c: Case,
  tapes: readonly (readonly TapeLine[])[],
): Promise<Answer | null> {
  const built = buildRequest(side, c, 0)
  const asked = built.ok ? await replayAsk(tapes)(built.request, c.id) : null
  return asked?.ok ? asked.answer : null
}
