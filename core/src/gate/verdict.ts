import type { PromptChange } from '../diff/prompt-diff.ts'
import type { CaseRun, FieldScore, RunReport } from '../eval/result.ts'
import type { Finding } from '../findings.ts'

/** Stored documents: members are the JSON (EVALS 15). Money in integer micro-dollars. */
export type Reason =
  | 'lint'
  | 'schema'
  | 'outage'
  | 'budget'
  | 'missing-answers'
  | 'floor'
  | 'critical'
  | 'broken'
  | 'regression'
  | 'test-changed'
  | 'no-golden-cases'
  | 'no-baseline'
  | 'no-change-detected'
  | 'nothing-to-check'
  | ''

export type VerdictWord = 'pass' | 'blocked' | 'incomplete' | 'error'

/** What the reruns of a flipped case said. `unstable`: base itself did not hold. */
export type Confirmation = {
  outcome: 'broken' | 'unconfirmed' | 'unstable' | 'incomplete'
  /** Runs a side. */
  runs: number
  base: [passes: number, runs: number]
  head: [passes: number, runs: number]
}

/** One case on both sides. */
export type Pair = {
  case: string
  critical: boolean
  tags: string[]
  at: { file: string; line: number }
  base: 'passed' | 'failed' | 'unanswered' | 'unscored'
  head: 'passed' | 'failed' | 'unanswered' | 'unscored'
  flip: 'worse' | 'better' | null
  confirm?: Confirmation
  /** Fields that differ from the expectation on head. */
  fields?: FieldScore[]
  /** One sentence: why head fails or what changed. */
  reason: string
  expected_text?: string
  base_answer?: string
  head_answer?: string
}

export type Comparison = {
  format: 1
  baseline: 'merge-base' | 'none'
  base: RunReport | null
  head: RunReport
  pairs: Pair[]
  counts: { n: number; both: number; worse: number; better: number; neither: number }
  /** head − base as a share of the gating cases. */
  delta: number | null
  interval: { method: 'tango'; level: 0.95; lo: number; hi: number } | null
  interval90: { method: 'tango'; level: 0.9; lo: number; hi: number } | null
  stage1: { p: number; p_exact: number } | null
  stage2?: { k: 3; n: number; sum: number; p: number; p_exact: number }
  /** Smallest drop that this set can show with 80 % power, as a share. */
  mde: { drop: number; fix_rate: number; power: 0.8 } | null
  same_as_base?: { n: number; changed: number; cases: string[] }
  notices: string[]
}

export type GateResult = {
  gate: 'schema' | 'golden' | 'full'
  result: 'pass' | 'fail' | 'incomplete' | 'not-run' | 'none'
  passed: number
  of: number
  reason?: string
}

export type TestChange = { added: string[]; removed: string[]; edited: string[]; other: string[] }

export type PromptVerdict = {
  name: string
  path: string
  verdict: VerdictWord
  reason: Reason
  version: string
  base_version?: string
  base_path?: string
  /** `prompt`, `test`, `tape`: what differs from base. */
  changed: ('prompt' | 'test' | 'tape')[]
  gates: GateResult[]
  floor: { k: number; base_k: number | null; n: number; need: number; supported: boolean } | null
  critical: string[]
  broken: string[]
  unconfirmed: string[]
  flaky: string[]
  p: number | null
  p_holm: number | null
  m: number
  improved: boolean
  inconclusive: boolean
  accepted: []
  look_first: string[]
  test_changed?: {
    changes: TestChange
    own: { verdict: VerdictWord; reason: Reason; passed: number; of: number }
    base: { verdict: VerdictWord; reason: Reason; passed: number; of: number }
  }
  tape?: { added: number; replaced: number; removed: number }
  change: PromptChange | null
  comparison?: Comparison
  /** Sentences a person should read: what is missing and how to get it. */
  notes: string[]
}

export type Policy = {
  from_commit: string | null
  alpha: number
  margin: number
  rounds: number[]
  accept_claimed: 'auto' | boolean
}

/** What `check` says; `report.json` is this. */
export type Verdict = {
  format: 1
  tool: string
  verdict: VerdictWord
  reason: Reason
  exit: 0 | 1 | 2 | 3
  look_first: string[]
  base: { commit: string | null; label: string } | null
  head: { commit: string | null; label: string }
  /** The change comes from a fork: its own recorded answers never count, and nothing of it is sent to a model. */
  fork: boolean
  findings: Finding[]
  cost_micro_usd: { cap: number | null; spent: number }
  prompts: PromptVerdict[]
  /** Prompts of the registry, changed or not. */
  registry: { prompts: number }
  catalog_as_of: string
  policy: Policy
  notes: string[]
  method: string
  ms: number
}

/** The run of a case that totals count. */
export const firstRun = (runs: readonly CaseRun[]): CaseRun | undefined => runs.find((one) => one.i === 0)

/** Exit code of a verdict (ARCHITECTURE 3). */
export const exitOf = (verdict: VerdictWord): Verdict['exit'] =>
  ({ pass: 0, blocked: 1, error: 2, incomplete: 3 })[verdict] as Verdict['exit']
