/** A half-open range `[start, end)` of UTF-16 offsets in a decoded text (without its byte order mark). */
export type Span = { start: number; end: number }

/** A place for people and for GitHub: both count from 1, columns in UTF-16 units. */
export type Position = { line: number; column: number }

/** Turns offsets of one text into lines and columns. CRLF and LF both end a line. */
export type LineIndex = {
  position(offset: number): Position
  /** The span of a line without its line end; `line` counts from 1. Lines past the end give the end of the text. */
  lineSpan(line: number): Span
  readonly count: number
}

/** Builds the index in one pass, when it is first asked: most texts have no finding. Each look-up is a binary search. */
export function lineIndex(text: string): LineIndex {
  let known: number[] | null = null
  const startsOf = (): number[] => (known ??= lineStarts(text))

  const lineOf = (offset: number, starts: readonly number[]): number => {
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
    get count() {
      return startsOf().length
    },
    position(offset) {
      const starts = startsOf()
      const at = Math.max(0, Math.min(offset, text.length))
      const line = lineOf(at, starts)
      return { line: line + 1, column: at - starts[line]! + 1 }
    },
    lineSpan(line) {
      const starts = startsOf()
      const start = starts[line - 1] ?? text.length
      let end = starts[line] === undefined ? text.length : starts[line]! - 1
      if (end > start && text[end - 1] === '\r') end -= 1
      return { start, end }
    },
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  // A call of indexOf for each short line costs more than looking at every unit.
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) === 0x0a) starts.push(at + 1)
  return starts
}
