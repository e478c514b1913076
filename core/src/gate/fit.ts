import type { Case } from '../registry/golden.ts'
import { sha256Hex } from '../text/sha256.ts'

/**
 * The cases that are asked when a set is larger than its gate allows: critical ones first, then by SHA-256 of the id. So
 * the choice is known before anything is asked, never depends on an answer, and is the same on both sides. The cases
 * keep the order of the set.
 */
export function fitCases(cases: readonly Case[], most: number): Case[] {
  if (cases.length <= most) return [...cases]
  const hashes = new Map(cases.map((c) => [c.id, sha256Hex(c.id)]))
  const order = cases.toSorted(
    (a, b) => Number(b.critical) - Number(a.critical) || (hashes.get(a.id)! < hashes.get(b.id)! ? -1 : 1),
  )
  const asked = new Set(order.slice(0, most).map((c) => c.id))
  return cases.filter((c) => asked.has(c.id))
}
