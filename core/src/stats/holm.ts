/**
 * Holm's step-down adjustment: p_(j) ← max over earlier of min(1, (m − j + 1)·p_(j)), in the order given. An adjusted p ≤ α
 * rejects while the chance of any false rejection stays ≤ α, whatever the tests share. S. Holm, Scand. J. Statist. 6 (1979).
 */
export function holm(p: readonly number[]): number[] {
  const adjusted = Array.from(p, () => 1)
  let floor = 0
  const order = p.map((_, i) => i).toSorted((a, b) => p[a]! - p[b]!)
  for (const [j, i] of order.entries()) {
    floor = Math.max(floor, Math.min(1, (p.length - j) * p[i]!))
    adjusted[i] = floor
  }
  return adjusted
}
