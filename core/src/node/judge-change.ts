import { AssayError } from '../errors.ts'
import { Ledger } from '../eval/ledger.ts'
import { buildRequest } from '../eval/request.ts'
import { specProblems, type Scoring } from '../eval/score.ts'
import type { Round } from '../gate/confirm.ts'
import { fitCases } from '../gate/fit.ts'
import { gatingCount, judge, type Judgement, type Test } from '../gate/judge.ts'
import { Samples } from '../gate/samples.ts'
import { schemaGate } from '../gate/schema-gate.ts'
import type { GateResult } from '../gate/verdict.ts'
import { gatesOf, type Config } from '../registry/config.ts'
import type { Case } from '../registry/golden.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import type { CheckOptions } from './check.ts'
import { makeSides, type CheckSides } from './check-side.ts'
import type { Change } from './changes.ts'

/** A changed prompt ready to be judged: nothing has been asked yet. */
export type Prepared = {
  change: Change
  gates: Gates
  sides: CheckSides
  /** What decides: base's cases where base has any. */
  test: Test
  /** Head's own cases, when they differ from base's. */
  ownTest: Test | null
  schema: GateResult
  gating: number
  /** Cases of the deciding set, asked or not. */
  of: number
  ledger: Ledger
  runsGolden: boolean
}

type Gates = ReturnType<typeof gatesOf>

/** The gates of a prompt: base's own settings, so that a change cannot loosen them; head's only where it is trusted. */
export function rulesOfChange(change: Change, rules: Config, trustHead: boolean): Gates {
  return gatesOf(change.base ?? (trustHead ? change.head : { gates: {} }), rules)
}

/** What was found out about a changed prompt. */
export type JudgedChange = Prepared & { judgement: Judgement | null; ownJudgement: Judgement | null }

/**
 * Sets up sides, tests and gate 1 of a changed prompt.
 * @throws AssayError `golden` for a case that cannot be rendered or names an unknown scorer
 */
export async function prepareChange(
  change: Change,
  o: CheckOptions,
  rules: Config,
  capMicroUsd: number | null,
): Promise<Prepared> {
  const { head, base, golden } = change
  const gates = rulesOfChange(change, rules, o.trustHead)
  const most = gates.golden.max_cases ?? Infinity
  const baseCases = fitCases(golden.base?.cases ?? [], most)
  const headCases = fitCases(golden.head?.cases ?? [], most)
  const ledger = new Ledger(capMicroUsd)
  const sides = await makeSides({
    head,
    base,
    headCases,
    baseCases,
    tapes: change.tapes,
    rules,
    acceptClaimed: o.acceptAll ? true : gates.golden.accept_claimed,
    fork: o.fork,
    ask: o.ask,
    refresh: o.refresh ?? false,
    env: o.env,
    folder: o.folder,
    ledger,
    signal: o.signal,
    by: o.by,
    today: o.today,
  })
  const scoring = (prompt: PromptFile): Scoring =>
    prompt.outputSchema === undefined ? {} : { outputSchema: prompt.outputSchema }
  const testOf = (cases: readonly Case[]): Test => ({ cases, base: scoring(base ?? head), head: scoring(head) })
  checkCases(sides, headCases, scoring(head))
  const hasOwnTest = change.test !== null && baseCases.length > 0
  const test = testOf(baseCases.length > 0 && change.changed.includes('prompt') ? baseCases : headCases)
  return {
    change,
    gates,
    sides,
    test,
    ownTest: hasOwnTest && change.changed.includes('prompt') ? testOf(headCases) : null,
    schema: await gateOne(change, sides),
    gating: gatingCount(test),
    of: (golden.head ?? golden.base)?.cases.length ?? 0,
    ledger,
    runsGolden: o.gate !== 'schema' && head.status !== 'draft' && head.status !== 'archived',
  }
}

/** Asks and compares, unless gate 1 failed already or no case exists. */
export async function judgeChange(prepared: Prepared, rounds: readonly Round[]): Promise<JudgedChange> {
  const { sides, test, ownTest, schema } = prepared
  if (!prepared.runsGolden || schema.result === 'fail' || sides.head.cases.length === 0) {
    return { ...prepared, judgement: null, ownJudgement: null }
  }
  const base = sides.base && new Samples(sides.base.side, sides.base.cases, sides.base.ask)
  const head = new Samples(sides.head.side, sides.head.cases, sides.head.ask)
  await base?.takeFirst()
  await head.takeFirst()
  const judgement = await judge(test, { base, head }, rounds)
  const ownJudgement = ownTest && (await judge(ownTest, { base, head }, rounds))
  return { ...prepared, judgement, ownJudgement }
}

function checkCases(sides: CheckSides, headCases: readonly Case[], scoring: Scoring): void {
  for (const c of headCases) {
    const built = buildRequest(sides.head.side, c, 0)
    const problem = built.ok ? specProblems(c, scoring)[0] : built.problem
    if (problem === undefined) continue
    throw new AssayError('golden', `${c.path}:${c.line}:1: ${problem}`, {
      hint: 'Fix the golden set; a set with errors is never judged.',
      place: { path: c.path, line: c.line, column: 1 },
    })
  }
}

async function gateOne({ head, base }: Change, sides: CheckSides): Promise<GateResult> {
  const texts = async (side: CheckSides['head']) => {
    const answers = await Promise.all(
      side.cases.map(async (c) => {
        const built = buildRequest(side.side, c, 0)
        const answer = built.ok ? await sides.findAny(built.request) : undefined
        return answer ? [{ case: c.id, text: answer.text }] : []
      }),
    )
    return answers.flat()
  }
  const own = await texts(sides.head)
  // Only the schema changed: base's answers are what production returned, so they are checked against the new one.
  const sameText = base !== null && JSON.stringify(base.messages) === JSON.stringify(head.messages)
  const answers = own.length === 0 && sameText && sides.base ? await texts(sides.base) : own
  return schemaGate(answers, head.outputSchema)
}
