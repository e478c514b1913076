import type { Span } from './span.ts'

/** Replaces the text of `span`; an empty span inserts. */
export type TextEdit = { span: Span; text: string }

/**
 * Applies edits of one text, given in any order. Only the spans change; everything else keeps its bytes.
 * @throws RangeError when two edits overlap: the caller made a wrong fix, and applying half of it would lose text.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = edits
    .map((edit, order) => ({ ...edit, order }))
    .toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end || a.order - b.order)
  let result = ''
  let at = 0
  for (const { span, text: replacement } of ordered) {
    if (span.start < at) throw new RangeError(`Edits overlap at offset ${span.start}.`)
    result += text.slice(at, span.start) + replacement
    at = span.end
  }
  return result + text.slice(at)
}

/** True when no two of the edits touch the same characters. */
export function editsAreDisjoint(edits: readonly TextEdit[]): boolean {
  const spans = edits.map((edit) => edit.span).toSorted((a, b) => a.start - b.start || a.end - b.end)
  return spans.every((span, index) => index === 0 || spans[index - 1]!.end <= span.start)
}
