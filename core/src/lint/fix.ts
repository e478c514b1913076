import type { Finding, Fix } from '../findings.ts'
import { applyEdits, editsAreDisjoint } from '../text/edit.ts'
import type { TextEdit } from '../text/edit.ts'

const maxRounds = 10

/**
 * Applies safe fixes until none is left. A round applies fixes whose edits do not touch each other; the others wait for
 * the next round, when their places are known again.
 */
export function fixText(
  path: string,
  text: string,
  lintOnce: (text: string) => Finding[],
): { text: string; applied: Fix[] } {
  const applied: Fix[] = []
  let current = text
  for (let round = 0; round < maxRounds; round += 1) {
    const fixes = disjoint(lintOnce(current).filter((finding) => finding.path === path))
    if (fixes.length === 0) break
    const next = applyEdits(
      current,
      fixes.flatMap((fix) => fix.edits),
    )
    // A fix that changes nothing would be offered for ever.
    if (next === current) break
    applied.push(...fixes)
    current = next
  }
  return { text: current, applied }
}

function disjoint(findings: readonly Finding[]): Fix[] {
  const chosen: Fix[] = []
  let edits: TextEdit[] = []
  for (const finding of findings) {
    const fix = finding.fixes?.find(({ safe, edits: own }) => safe && own.length > 0)
    if (!fix) continue
    const together = [...edits, ...fix.edits]
    if (!editsAreDisjoint(together) || samePlace(edits, fix.edits)) continue
    edits = together
    chosen.push(fix)
  }
  return chosen
}

// Two insertions at one place are disjoint, but doing both would say everything twice.
const samePlace = (a: readonly TextEdit[], b: readonly TextEdit[]): boolean =>
  b.some((edit) => a.some((other) => other.span.start === edit.span.start && other.span.end === edit.span.end))
