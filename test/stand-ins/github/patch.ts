import type { Changed } from './git.ts'

interface Place {
  path: string
  line: number
  start_line: number | null
  side: 'LEFT' | 'RIGHT'
}

/** Whether a review comment has its place: GitHub takes changed lines and the unchanged ones around them, no others. */
export function isInDiff(changed: Changed[], { path, line, start_line, side }: Place): boolean {
  const patch = changed.find(({ filename }) => filename === path)?.patch
  if (!patch) return false
  // Both ends of a range have to be in one hunk.
  return hunks(patch, side).some((lines) => lines.has(line) && lines.has(start_line ?? line))
}

function hunks(patch: string, side: Place['side']): Set<number>[] {
  const found: Set<number>[] = []
  let next = 0
  const own = side === 'LEFT' ? '-' : '+'
  for (const text of patch.split('\n')) {
    const header = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text)
    if (header) {
      next = Number(header[side === 'LEFT' ? 1 : 2])
      found.push(new Set())
    } else if (text[0] === own || text[0] === ' ') found.at(-1)?.add(next++)
  }
  return found
}
