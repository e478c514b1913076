import type { Confirmation } from './verdict.ts'

/** One round of reruns: a case that flipped survives while base passes enough and head few enough of the runs so far. */
export type Round = { runs: number; baseAtLeast: number; headAtMost: number }

const rounds: readonly Round[] = [
  { runs: 5, baseAtLeast: 4, headAtMost: 1 },
  { runs: 9, baseAtLeast: 8, headAtMost: 2 },
  { runs: 13, baseAtLeast: 12, headAtMost: 3 },
  { runs: 17, baseAtLeast: 16, headAtMost: 4 },
]

/**
 * The rounds of a pull request by its number of gating cases (EVALS 8, rule 3): more cases need more rounds, or chance
 * alone would break one. Worst false confirmation per case: .00115 with two rounds, .000052 with three, .000002 with four.
 */
export const roundsFor = (gatingCases: number): readonly Round[] =>
  rounds.slice(0, gatingCases <= 50 ? 2 : gatingCases <= 1000 ? 3 : 4)

/**
 * Repeats one flipped case in rounds. `passes(side, runs)` asks what is missing and counts the passes among the first
 * `runs` samples; null when one of them could be neither asked nor replayed.
 */
export async function confirmFlip(
  plan: readonly Round[],
  passes: (side: 'base' | 'head', runs: number) => Promise<number | null>,
): Promise<Confirmation> {
  let last: Confirmation = { outcome: 'incomplete', runs: 1, base: [1, 1], head: [0, 1] }
  for (const round of plan) {
    const [base, head] = await Promise.all([passes('base', round.runs), passes('head', round.runs)])
    if (base === null || head === null) return { ...last, outcome: 'incomplete' }
    last = { outcome: 'broken', runs: round.runs, base: [base, round.runs], head: [head, round.runs] }
    if (base < round.baseAtLeast) return { ...last, outcome: 'unstable' }
    if (head > round.headAtMost) return { ...last, outcome: 'unconfirmed' }
  }
  return last
}
