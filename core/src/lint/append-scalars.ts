import { lineEndOf, scalarText } from '../registry/edit.ts'
import type { TextEdit } from '../text/edit.ts'
import type { Span } from '../text/span.ts'

/** Adds texts at the end of the list of scalars at `pointer`. null when it is written in a way that an insertion could break. */
export function appendScalars(
  text: string,
  spans: Readonly<Record<string, Span>>,
  pointer: string,
  values: readonly string[],
): TextEdit | null {
  const list = spans[pointer]
  if (!list) return null
  let count = 0
  while (spans[`${pointer}/${count}`]) count += 1
  const last = spans[`${pointer}/${count - 1}`]
  const isFlow = text[list.start] === '['
  if (!last) return isFlow ? { span: list, text: `[${values.map((value) => scalarText(value, '')).join(', ')}]` } : null
  const items = values.map((value) => scalarText(value, text.slice(last.start, last.end)))
  if (isFlow) return { span: { start: last.end, end: last.end }, text: items.map((item) => `, ${item}`).join('') }
  const prefix = text.slice(text.lastIndexOf('\n', last.start - 1) + 1, last.start)
  if (!/^ *- +$/.test(prefix)) return null
  const newline = text.indexOf('\n', last.end)
  const end = newline === -1 ? text.length : newline + 1
  const lines = items.map((item) => `${prefix}${item}`).join(lineEndOf(text))
  const inserted = text[end - 1] === '\n' ? `${lines}${lineEndOf(text)}` : `${lineEndOf(text)}${lines}`
  return { span: { start: end, end }, text: inserted }
}
