/**
 * Φ(z), the standard normal distribution function. Series ½ + φ(z)·Σ z^(2k+1)/(1·3·…·(2k+1)) (G. Marsaglia, "Evaluating the
 * Normal Distribution", J. Stat. Software 11(4), 2004); absolute error below 1e-14.
 */
export function normalCdf(z: number): number {
  if (z < -8.5) return 0
  if (z > 8.5) return 1
  let term = z
  let sum = z
  for (let k = 3; Math.abs(term) > Math.abs(sum) * 1e-17; k += 2) {
    term *= (z * z) / k
    sum += term
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI)
}

/** Φ⁻¹(p) for p in (0, 1), by bisection to the last bits; ±8.5 stands for the ends. */
export function normalQuantile(p: number): number {
  // The upper half by symmetry, so that the two limits of an interval mirror each other.
  if (p > 0.5) return -normalQuantile(1 - p)
  let lo = -8.5
  let hi = 0
  for (let i = 0; i < 60; i++) {
    const middle = (lo + hi) / 2
    if (normalCdf(middle) < p) lo = middle
    else hi = middle
  }
  return (lo + hi) / 2
}

/** The z of a two-sided interval: 1.96 for level .95. */
export const zOf = (level: number): number => -normalQuantile((1 - level) / 2)
