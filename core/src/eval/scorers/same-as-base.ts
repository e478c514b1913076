import { canonicalJson } from '../../text/canonical-json.ts'
import { readStrictJson } from '../../text/strict-json.ts'
import type { Scorer } from './scorer.ts'

const threshold = 0.9

/**
 * For cases that have no expectation yet: does head answer as base did? JSON values by their canonical form, other text
 * by token F1 of at least .9. Shown, never gating.
 */
export const sameAsBase: Scorer = {
  id: 'same-as-base',
  mayGate: false,
  options: [],
  problem: () => null,
  score(_, answer, { base }) {
    if (!base) return { value: null, pass: null, reason: 'no answer of base to compare with' }
    const value = similarity(base.text, answer.text)
    const pass = value >= threshold
    return { value, pass, reason: pass ? 'same as base' : 'the answer changed' }
  },
}

function similarity(a: string, b: string): number {
  if (a === b) return 1
  const [left, right] = [canonicalText(a), canonicalText(b)]
  if (left !== null && right !== null) return left === right ? 1 : 0
  return tokenF1(a, b)
}

function canonicalText(text: string): string | null {
  const json = readStrictJson(text)
  try {
    return json.ok ? canonicalJson(json.value) : null
  } catch {
    return null
  }
}

/** F1 of the words of two texts as multisets; words are runs of letters and digits, lower-cased. */
export function tokenF1(a: string, b: string): number {
  const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const counts = new Map<string, number>()
  const left = words(a)
  const right = words(b)
  if (left.length + right.length === 0) return 1
  for (const word of left) counts.set(word, (counts.get(word) ?? 0) + 1)
  let hits = 0
  for (const word of right) {
    const rest = counts.get(word) ?? 0
    if (rest === 0) continue
    counts.set(word, rest - 1)
    hits += 1
  }
  return (2 * hits) / (left.length + right.length)
}
