import type { Json } from '../text/json.ts'
import type { Sha256 } from '../text/sha256.ts'
import type { Evidence, Finish } from '../tape/exchange.ts'

/** One scorer on one answer. `null` = not applicable, counted neither way. */
export type Score = {
  scorer: string
  name: string
  value: number | null
  pass: boolean | null
  gating: boolean
  /** One sentence, plain text. */
  reason: string
  /** Field by field, where the scorer compares fields. */
  detail?: FieldScore[]
}

/** One compared field: what was expected and what the answer holds. */
export type FieldScore = { field: string; pass: boolean; expected: Json; got: Json }

/** One answer of a case, scored. */
export type CaseRun = {
  i: number
  k: Sha256
  evidence: Evidence
  finish: Finish
  usage: { in: number; out: number; cached: number; reasoning: number } | null
  cost_micro_usd: number | null
  ms: number
  at: string
  response_model: string | null
  fingerprint: string | null
  scores: Score[]
  /** null: no gating scorer gave a value. */
  pass: boolean | null
  /** The answer, clipped. */
  excerpt: string
}

/** Why a case has no answer. It is neither failed nor passed. */
export type Why = 'missing' | 'budget' | 'provider' | 'timeout' | 'aborted' | 'scorer'

type CaseFacts = {
  case: string
  index: number
  tags: string[]
  critical: boolean
  cluster?: string
  runs: CaseRun[]
  /** Passes among the runs. */
  passes: number
  of: number
  at: { file: string; line: number }
}

/** One case of one side. `unscored`: answered, but nothing gates it (no expectation yet). */
export type CaseResult =
  | (CaseFacts & { state: 'passed' | 'failed' | 'unscored' })
  | (CaseFacts & { state: 'unanswered'; why: Why; reason: string })

/** Aggregates of one side of one prompt (EVALS 15). Money in integer micro-dollars. */
export type RunReport = {
  format: 1
  tool: string
  side: 'base' | 'head'
  commit: string | null
  prompt: { name: string; version: string; path: string; hash: Sha256 }
  golden: { path: string; hash: Sha256; n: number } | null
  model: string
  gate: 'schema' | 'golden' | 'full' | 'none'
  mode: Mode
  cases: CaseResult[]
  totals: { n: number; passed: number; failed: number; unanswered: number; unscored: number }
  pass_rate: { method: 'wilson'; level: 0.95; lo: number; hi: number } | null
  by_tag: Record<string, { n: number; passed: number }>
  scores: Record<string, { n: number; undefined: number; mean: number | null }>
  evidence: Record<Evidence, number> & { oldest: string | null; newest: string | null }
  models: Record<string, number>
  fingerprints: Record<string, number>
  /** Means per call over the calls that report usage; null when none does. */
  usage: { n: number; in: number; out: number } | null
  cost_micro_usd: { per_call: number | null; spent: number; cap: number | null }
  latency_ms: { n: number; p50: number; p95: number } | null
  errors: { kind: Why; count: number; example: string }[]
  catalog_as_of: string
}

/** replay: recorded answers only; record-missing: ask what is not recorded; refresh: ask all again; live: ask, write nothing. */
export type Mode = 'replay' | 'record-missing' | 'refresh' | 'live'
