/** Bounds on the counts so far, the first pair included: a flip survives while base passes enough and head few enough. */
export type ConfirmRound = { runs: number; baseAtLeast: number; headAtMost: number }

/**
 * Chance that one case flips (base passes, head fails) and survives every round, when base passes each run with probability
 * pBase and head with pHead. With pBase = pHead it is the false alarm of a case. Exact: the two sides are independent, so
 * each is a walk over its own count.
 */
export const confirmProbability = (pBase: number, pHead: number, rounds: readonly ConfirmRound[]): number =>
  pBase *
  survival(pBase, 1, rounds, (passes, round) => passes >= round.baseAtLeast) *
  (1 - pHead) *
  survival(pHead, 0, rounds, (passes, round) => passes <= round.headAtMost)

/** Chance that the passes of one side, `first` after one run, stay inside the bound at the end of each round. */
function survival(
  p: number,
  first: number,
  rounds: readonly ConfirmRound[],
  holds: (passes: number, round: ConfirmRound) => boolean,
): number {
  const runsInAll = Math.max(1, ...rounds.map((round) => round.runs))
  let weights = new Float64Array(runsInAll + 1)
  weights[first] = 1
  let runs = 1
  for (const round of rounds) {
    for (; runs < round.runs; runs++) {
      weights = weights.map((weight, passes) => weight * (1 - p) + (passes > 0 ? weights[passes - 1]! * p : 0))
    }
    weights = weights.map((weight, passes) => (holds(passes, round) ? weight : 0))
  }
  return weights.reduce((sum, weight) => sum + weight, 0)
}
