import type { Case } from '../../registry/golden.ts'
import type { Json, JsonObject } from '../../text/json.ts'
import type { Answer } from '../../tape/exchange.ts'
import type { FieldScore } from '../result.ts'

/** What a scorer sees beside the case and the answer. */
export type ScoreContext = {
  options: JsonObject
  outputSchema?: Json
  /** The base version's answer to the same case (i = 0), for scorers that need it. */
  base?: Answer
}

/** `value` in 0…1, or null when the scorer does not apply. */
export type Judgement = { value: number | null; pass: boolean | null; reason: string; detail?: FieldScore[] }

/** One way to score an answer. Pure; a hostile answer gives a low score, never an exception. */
export interface Scorer {
  id: string
  /** false: only reports, whatever the file says (`same-as-base`). */
  mayGate: boolean
  /** Names of the options it reads. */
  options: readonly string[]
  /** What is wrong with the options, as a sentence, or null. Checked before anything is asked. */
  problem(options: JsonObject, c: Pick<Case, 'expected'>): string | null
  score(c: Case, answer: Answer, ctx: ScoreContext): Judgement
}

/** A judgement of the all-or-nothing kind. */
export const passOrFail = (pass: boolean, reason: string): Judgement => ({ value: pass ? 1 : 0, pass, reason })
