import type { Span } from '../text/span.ts'

/** From an offset in a scalar's value to the offset in the file; null where the two cannot be matched. */
export type ScalarMap = (offset: number) => number | null

/**
 * Maps the value of a YAML scalar to its source, so that a finding inside a template stands at its own line and column.
 * Block literals are mapped line by line, other styles by walking both texts once.
 */
export function scalarMap(text: string, span: Span, value: string): ScalarMap {
  const source = text.slice(span.start, span.end)
  if (source.startsWith('|')) return literalMap(source, span.start, value)
  if (source === value) return (offset) => span.start + offset
  return walkedMap(source, span.start, value)
}

function literalMap(source: string, start: number, value: string): ScalarMap {
  const valueStarts: number[] = []
  const sourceStarts: number[] = []
  const header = endOfLine(source, 0)
  const indent = indentOf(source, header)
  let inValue = 0
  for (let at = header + 1; at <= source.length;) {
    const end = endOfLine(source, at)
    const from = Math.min(at + indent, end)
    const content = source.slice(from, end > from && source[end - 1] === '\r' ? end - 1 : end)
    if (!value.startsWith(content, inValue)) break
    valueStarts.push(inValue)
    sourceStarts.push(start + from)
    inValue += content.length + 1
    at = end + 1
  }
  return (offset) => {
    if (offset < 0 || offset > value.length || valueStarts.length === 0 || offset >= inValue) return null
    let low = 0
    let high = valueStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (valueStarts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return sourceStarts[low]! + offset - valueStarts[low]!
  }
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from)
  return newline === -1 ? text.length : newline
}

/** The first line with text sets the indent; an indicator in the header counts from the parent, so the text still decides. */
function indentOf(source: string, header: number): number {
  // With an indicator the first line may begin with spaces of its own; the least indented line shows the block's edge.
  const isGiven = /^\|[+-]?[1-9]/.test(source)
  let least: number | null = null
  for (let at = header + 1; at <= source.length;) {
    const end = endOfLine(source, at)
    const line = source.slice(at, end)
    at = end + 1
    if (line.trim() === '') continue
    const indent = line.length - line.trimStart().length
    if (!isGiven) return indent
    least = least === null ? indent : Math.min(least, indent)
  }
  return least ?? 0
}

const isSpace = (character: string | undefined): boolean =>
  character === ' ' || character === '\n' || character === '\t' || character === '\r'

function walkedMap(source: string, start: number, value: string): ScalarMap {
  const quote = source[0] === '"' || source[0] === "'" ? source[0] : ''
  const offsets: number[] = []
  // Folded blocks begin after their header line.
  let at = quote !== '' ? 1 : source.startsWith('>') ? source.indexOf('\n') + 1 : 0
  for (let index = 0; index < value.length; index += 1) {
    const character = value[index]
    if (quote === '"' && source[at] === '\\' && !isLineFold(source, at)) {
      offsets.push(start + at)
      at += escapeLength(source, at)
      // A character beyond 16 bits is one escape and two units.
      if (value.charCodeAt(index) >= 0xd800 && value.charCodeAt(index) <= 0xdbff) {
        offsets.push(start + at)
        index += 1
      }
      continue
    }
    if (!isSpace(character)) while (at < source.length && (isSpace(source[at]) || isLineFold(source, at))) at += 1
    if (source[at] !== character && !isSpace(character)) break
    offsets.push(start + at)
    if (isSpace(character) && !isSpace(source[at])) continue
    at += quote === "'" && source.startsWith("''", at) ? 2 : 1
  }
  return (offset) => offsets[offset] ?? (offset === offsets.length && offset > 0 ? offsets[offset - 1]! + 1 : null)
}

const isLineFold = (source: string, at: number): boolean =>
  source[at] === '\\' && (source[at + 1] === '\n' || source.startsWith('\r\n', at + 1))

function escapeLength(source: string, at: number): number {
  const kind = source[at + 1]
  return kind === 'x' ? 4 : kind === 'u' ? 6 : kind === 'U' ? 10 : 2
}
