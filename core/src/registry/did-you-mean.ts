/** Damerau-Levenshtein distance (adjacent letters swapped count once), given up above `limit`. */
export function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + change)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1)
      row.push(best)
    }
    if (Math.min(...row) > limit) return limit + 1
    before = last
    last = row
  }
  return last[b.length]!
}

/** The words closest to a misspelt one, at most two letters away and never more than half of it. */
export function nearest(word: string, words: readonly string[]): string[] {
  const limit = Math.min(2, Math.floor(word.length / 2))
  // Case alone is the commonest slip (maxTokens is not, but Temperature is).
  const found = words.map((candidate) => ({
    candidate,
    far: distance(word.toLowerCase(), candidate.toLowerCase(), limit),
  }))
  const best = Math.min(...found.map(({ far }) => far))
  return best > limit ? [] : found.filter(({ far }) => far === best).map(({ candidate }) => candidate)
}
