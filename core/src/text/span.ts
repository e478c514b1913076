/** A half-open range `[start, end)` of UTF-16 offsets in a decoded text (without its byte order mark). */
export type Span = { start: number; end: number }

/** A place for people and for GitHub: both count from 1, columns in UTF-16 units. */
export type Position = { line: number; column: number }

/** Turns offsets of one text into lines and columns. CRLF and LF both end a line. */
export type LineIndex = {
  position(offset: number): Position
  /** The span of a line without its line end; `line` counts from 1. Lines past the end give the end of the text. */
  lineSpan(line: number): Span
  count: number
}

/** Builds the index in one pass; each look-up is a binary search. */
export function lineIndex(text: string): LineIndex {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)

  const lineOf = (offset: number): number => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  return {
    count: starts.length,
    position(offset) {
      const at = Math.max(0, Math.min(offset, text.length))
      const line = lineOf(at)
      return { line: line + 1, column: at - starts[line]! + 1 }
    },
    lineSpan(line) {
      const start = starts[line - 1] ?? text.length
      let end = starts[line] === undefined ? text.length : starts[line]! - 1
      if (end > start && text[end - 1] === '\r') end -= 1
      return { start, end }
    },
  }
}
