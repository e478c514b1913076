/** No word is as long; a longer run is cut, because tokenizers take quadratic time in one unbroken run. */
const longestRun = 512
const piece = 128

const space = 1
const letter = 2
const other = 4

/**
 * The classes whose runs a tokenizer may take as one: white space, letters, other signs. A line end follows signs as well
 * as space, and what lies beyond ASCII can be any of the three, so that no mixture makes a long run look like short ones.
 * Digits are taken in threes: no run.
 */
function classesOf(code: number): number {
  if (code > 127) return space | letter | other
  if (code === 10 || code === 13) return space | other
  if (code === 32 || (code >= 9 && code <= 12)) return space
  if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) return letter
  return code >= 48 && code <= 57 ? 0 : other
}

/** Runs of more than 512 units that share a class, in one pass. */
export function* longRuns(text: string): Generator<{ start: number; end: number }> {
  let start = 0
  let shared = text.length === 0 ? 0 : classesOf(text.charCodeAt(0))
  for (let at = 1; at <= text.length; at++) {
    const own = at < text.length ? classesOf(text.charCodeAt(at)) : 0
    if ((shared & own) !== 0) {
      shared &= own
      continue
    }
    if (at - start > longestRun) yield { start, end: at }
    start = at
    shared = own
  }
}

/**
 * Counts a text by a counter that must not see a long run: such a run is counted in pieces of 128 units, never cut inside
 * a surrogate pair, equal pieces once. `isCut`: the sum is no longer exact.
 */
export function countInPieces(text: string, count: (part: string) => number): { tokens: number; isCut: boolean } {
  const memo = new Map<string, number>()
  let tokens = 0
  let from = 0
  let isCut = false
  for (const run of longRuns(text)) {
    isCut = true
    if (run.start > from) tokens += count(text.slice(from, run.start))
    for (let at = run.start; at < run.end;) {
      const end = safeCut(text, Math.min(run.end, at + piece))
      const part = text.slice(at, end)
      let known = memo.get(part)
      if (known === undefined) memo.set(part, (known = count(part)))
      tokens += known
      at = end
    }
    from = run.end
  }
  return { tokens: from < text.length ? tokens + count(text.slice(from)) : tokens, isCut }
}

/** The cut, one unit earlier when it would part a surrogate pair. */
const safeCut = (text: string, at: number): number =>
  at < text.length && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 ? at - 1 : at
