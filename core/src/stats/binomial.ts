/**
 * Bin(n, p) as n + 1 probabilities, by the ratio of neighbours outwards from the most likely count, so that nothing overflows
 * for large n; what underflows is 0. Fair coins up to n = 1000 start at 2^-n instead: exact in binary up to n = 45.
 */
export function binomialPmf(n: number, p: number): Float64Array {
  const pmf = new Float64Array(n + 1)
  const fair = p === 0.5 && n <= 1000
  const start = fair ? 0 : Math.min(n, Math.floor((n + 1) * p))
  pmf[start] = fair ? 2 ** -n : 1
  let total = pmf[start]!
  for (let x = start; x < n && pmf[x]! > 0; x++) total += pmf[x + 1] = (((pmf[x]! * (n - x)) / (x + 1)) * p) / (1 - p)
  for (let x = start; x > 0 && pmf[x]! > 0; x--) total += pmf[x - 1] = (((pmf[x]! * x) / (n - x + 1)) * (1 - p)) / p
  if (!fair) for (let x = 0; x <= n; x++) pmf[x]! /= total
  return pmf
}

/** P(X ≥ k) for X ~ Bin(n, p). */
export function binomialTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1
  if (k > n) return 0
  const pmf = binomialPmf(n, p)
  // The smaller side is summed, smallest terms first, so that neither tail loses its digits.
  const upper = k > n * p
  let sum = 0
  if (upper) for (let x = n; x >= k; x--) sum += pmf[x]!
  else for (let x = 0; x < k; x++) sum += pmf[x]!
  return Math.min(1, upper ? sum : 1 - sum)
}
