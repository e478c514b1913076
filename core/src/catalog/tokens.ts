import { estimateTokenCount } from 'tokenx'

/** A count of tokens, and whether a tokenizer counted it. */
export type TokenCount = { tokens: number; exact: false }

// The estimate splits at white space and punctuation; a run longer than any word is cut, so that no part of it is.
const longestRun = 512
const piece = 128

/**
 * About how many tokens a text has, for live typing and for bounds on cost. Linear in the text: an unbroken run of more than
 * 512 units is counted in pieces of 128, never cut inside a surrogate pair, equal pieces once.
 */
export function estimateTokens(text: string): TokenCount {
  const memo = new Map<string, number>()
  let tokens = 0
  let from = 0
  for (const run of longRuns(text)) {
    tokens += estimateTokenCount(text.slice(from, run.start))
    for (let at = run.start; at < run.end;) {
      const end = safeCut(text, Math.min(run.end, at + piece))
      const part = text.slice(at, end)
      let count = memo.get(part)
      if (count === undefined) memo.set(part, (count = estimateTokenCount(part)))
      tokens += count
      at = end
    }
    from = run.end
  }
  return { tokens: tokens + estimateTokenCount(text.slice(from)), exact: false }
}

/** Runs of one class that are longer than `longestRun`: white space, letters with everything beyond ASCII, other ASCII. */
function* longRuns(text: string): Generator<{ start: number; end: number }> {
  let start = 0
  for (let at = 1; at <= text.length; at++) {
    if (at < text.length && classOf(text.charCodeAt(at)) === classOf(text.charCodeAt(start))) continue
    if (at - start > longestRun) yield { start, end: at }
    start = at
  }
}

function classOf(code: number): number {
  if (code === 32 || (code >= 9 && code <= 13)) return 0
  if (code > 127 || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)) return 1
  return 2
}

/** The cut, one unit earlier when it would part a surrogate pair. */
const safeCut = (text: string, at: number): number =>
  at < text.length && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 ? at - 1 : at
