import type { TextEdit } from '../text/edit.ts'
import { lineEndOf } from './edit.ts'
import type { Spans } from './yaml.ts'

/**
 * Puts the items of a block list in another order: `order[n]` is the old index of the new item n. Each takes along the
 * comment lines above it and the comment behind it. null for other layouts.
 */
export function reorderItems(text: string, spans: Spans, pointer: string, order: readonly number[]): TextEdit | null {
  const list = spans[pointer]
  if (!list || text[list.start] === '[' || order.length < 2) return null
  const starts: number[] = []
  for (let index = 0; index < order.length; index += 1) {
    const item = spans[`${pointer}/${index}`]
    if (!item) return null
    const lineStart = text.lastIndexOf('\n', item.start - 1) + 1
    if (!/^ *- +$/.test(text.slice(lineStart, item.start))) return null
    const limit = index === 0 ? (spans[`${pointer}#key`]?.end ?? 0) : starts[index - 1]!
    starts.push(aboveComments(text, lineStart, limit))
  }
  const end = itemEnd(text, spans, `${pointer}/${order.length - 1}`)
  const lineEnd = lineEndOf(text)
  const chunks = starts.map((start, index) => {
    const chunk = text.slice(start, starts[index + 1] ?? end)
    return chunk.endsWith('\n') ? chunk : chunk + lineEnd
  })
  const joined = order.map((index) => chunks[index]!).join('')
  const missingEnd = end > 0 && text[end - 1] !== '\n'
  return { span: { start: starts[0]!, end }, text: missingEnd ? joined.slice(0, -lineEnd.length) : joined }
}

function aboveComments(text: string, lineStart: number, limit: number): number {
  let start = lineStart
  while (start > limit) {
    const before = text.lastIndexOf('\n', start - 2) + 1
    if (before <= limit || !/^[ \t]*#/.test(text.slice(before, start))) break
    start = before
  }
  return start
}

/** Past the line on which the last value of an item ends. */
function itemEnd(text: string, spans: Spans, pointer: string): number {
  const prefix = `${pointer}/`
  let last = spans[pointer]!.start
  for (const [each, span] of Object.entries(spans)) if (each.startsWith(prefix)) last = Math.max(last, span.end)
  if (last > 0 && text[last - 1] === '\n') return last
  const at = text.indexOf('\n', last)
  return at === -1 ? text.length : at + 1
}
