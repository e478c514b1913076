import { signFlip } from './sign-flip.ts'

/** `v` = sum of the ranks of the positive differences; `p` one-sided (the differences are above 0), `pTwoSided`. */
export type Wilcoxon = { v: number; p: number; pTwoSided: number }

/**
 * Wilcoxon's signed-rank test on paired differences of any unit: zeros dropped, |d| ranked with mid-ranks for ties, ranks
 * doubled to integers, exact sign flips. pTwoSided = min(1, 2 · smaller tail). F. Wilcoxon, Biometrics Bulletin 1 (1945);
 * J. W. Pratt's zeros are not used. Time n³ for n different sizes: meant for hundreds of pairs.
 */
export function wilcoxon(differences: readonly number[]): Wilcoxon {
  const kept = differences.filter((d) => d !== 0).toSorted((a, b) => Math.abs(a) - Math.abs(b))
  const signed: number[] = []
  for (let start = 0, end = 0; start < kept.length; start = end) {
    while (end < kept.length && Math.abs(kept[end]!) === Math.abs(kept[start]!)) end++
    // Ranks start + 1 … end share their mean, doubled: start + 1 + end.
    for (let i = start; i < end; i++) signed.push(Math.sign(kept[i]!) * (start + 1 + end))
  }
  const upper = signFlip(signed).pExact
  const lower = signFlip(signed.map((rank) => -rank)).pExact
  const v = signed.reduce((sum, rank) => sum + Math.max(0, rank), 0) / 2
  return { v, p: upper, pTwoSided: Math.min(1, 2 * Math.min(upper, lower)) }
}
