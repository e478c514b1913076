import type { TextEdit } from '../text/edit.ts'
import type { Span } from '../text/span.ts'
import { escapePointer } from './yaml-value.ts'
import type { Spans } from './yaml.ts'

/** Members of a new list item or map, in order; values are text and are quoted as needed. */
export type Members = readonly (readonly [key: string, value: string])[]

/** The line end that a text uses: that of its first line. */
export const lineEndOf = (text: string): '\r\n' | '\n' => {
  const at = text.indexOf('\n')
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n'
}

/** A text as a YAML scalar in the quoting that another scalar has; quotes are added where a plain one would read as something else. */
export function scalarText(value: string, like: string): string {
  if (like.startsWith("'") && !/[\n\r\t]/.test(value) && !hasUnseen(value)) return `'${value.replaceAll("'", "''")}'`
  if (like.startsWith('"') || !isPlain(value)) return doubleQuoted(value)
  return value
}

/** Replaces the scalar at a place; its quoting stays. Everything around it, comments included, is not touched. */
export const setScalar = (text: string, span: Span, value: string): TextEdit => ({
  span,
  text: scalarText(value, text.slice(span.start, span.end)),
})

// JSON strings are YAML 1.2 strings; what YAML forbids raw is escaped too.
function doubleQuoted(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

// eslint-disable-next-line no-control-regex
const hasUnseen = (value: string): boolean => /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(value)

/** Plain scalars that read as the same string everywhere in YAML: words, ids, paths. Numbers and booleans do not. */
const isPlain = (value: string): boolean =>
  /^[A-Za-z_][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./@+-]+)*$/.test(value) &&
  !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value)

/**
 * Inserts a map before the item at `index` of the list at `pointer` (its count: after the last). null when the list is
 * written in a way that an insertion could break.
 */
export function insertItem(
  text: string,
  spans: Spans,
  pointer: string,
  index: number,
  members: Members,
): TextEdit | null {
  const list = spans[pointer]
  if (!list) return appendKey(text, spans, pointer, members)
  const next = spans[`${pointer}/${index}`]
  const last = spans[`${pointer}/${index - 1}`]
  const neighbour = next ?? last
  if (!neighbour) return text[list.start] === '[' ? { span: list, text: `[${flowMap(members)}]` } : null
  if (text[list.start] === '[') {
    const item = flowMap(members)
    return next ? insertAt(next.start, `${item}, `) : insertAt(neighbour.end, `, ${item}`)
  }
  const lineStart = text.lastIndexOf('\n', neighbour.start - 1) + 1
  const prefix = text.slice(lineStart, neighbour.start)
  if (!/^ *- +$/.test(prefix)) return null
  const item = blockItem(prefix, members, text)
  if (next) return insertAt(lineStart, item)
  const end = lineEnd(text, neighbour.end)
  return insertAt(
    end,
    end > 0 && text[end - 1] !== '\n' ? lineEndOf(text) + item.slice(0, -lineEndOf(text).length) : item,
  )
}

/**
 * Adds a text to the list under a top-level key, which is made when it is not there. null when it is there already, or when
 * the list is written in a way that an insertion could break.
 */
export function appendText(text: string, spans: Spans, key: string, value: string): TextEdit | null {
  const list = spans[`/${key}`]
  const item = scalarText(value, '')
  if (!list) return insertKey(text, spans, '', key, `[${item}]`) ?? appendLine(text, spans, `${key}: [${item}]`)
  const count = Object.keys(spans).filter((each) => new RegExp(`^/${key}/\\d+$`).test(each)).length
  const last = spans[`/${key}/${count - 1}`]
  if (text[list.start] === '[') return last ? insertAt(last.end, `, ${item}`) : { span: list, text: `[${item}]` }
  if (!last) return null
  const lineStart = text.lastIndexOf('\n', last.start - 1) + 1
  const prefix = text.slice(lineStart, last.start)
  if (!/^ *- +$/.test(prefix)) return null
  const at = lineEnd(text, last.end)
  return insertAt(
    at,
    at > 0 && text[at - 1] !== '\n' ? `${lineEndOf(text)}${prefix}${item}` : `${prefix}${item}${lineEndOf(text)}`,
  )
}

/** A line at the end of a file that holds no map yet. */
function appendLine(text: string, spans: Spans, line: string): TextEdit | null {
  const root = spans['']
  if (Object.keys(spans).some((each) => each !== '') || (root && text.slice(root.start, root.end).trim() !== ''))
    return null
  const lead = text === '' || text.endsWith('\n') ? '' : lineEndOf(text)
  return insertAt(text.length, `${lead}${line}${lineEndOf(text)}`)
}

function blockItem(prefix: string, members: Members, text: string): string {
  const end = lineEndOf(text)
  const indent = ' '.repeat(prefix.length)
  return members
    .map(([key, value], index) => `${index === 0 ? prefix : indent}${key}: ${doubleQuoted(value)}${end}`)
    .join('')
}

const flowMap = (members: Members): string =>
  `{ ${members.map(([key, value]) => `${key}: ${doubleQuoted(value)}`).join(', ')} }`

/** A list that is not there yet, as a new key at the end of the file. Only for top-level keys. */
function appendKey(text: string, spans: Spans, pointer: string, members: Members): TextEdit | null {
  const root = spans['']
  if (!root || !/^\/[A-Za-z_]+$/.test(pointer) || text[root.start] === '{') return null
  const end = lineEndOf(text)
  const lead = text === '' || text.endsWith('\n') ? '' : end
  return insertAt(text.length, `${lead}${pointer.slice(1)}:${end}${blockItem('  - ', members, text)}`)
}

/** Adds `key: value` after the last member of the map at `pointer`; `value` is YAML and stands as given. null: not possible. */
export function insertKey(text: string, spans: Spans, pointer: string, key: string, value: string): TextEdit | null {
  const map = spans[pointer]
  if (!map) return null
  const keys = memberKeys(spans, pointer)
  const last = keys.at(-1)
  if (!last) return text[map.start] === '{' ? { span: map, text: `{ ${key}: ${value} }` } : null
  const lastKey = spans[`${last}#key`]!
  if (text[map.start] === '{') return insertAt(spans[last]!.end, `, ${key}: ${value}`)
  const lineStart = text.lastIndexOf('\n', lastKey.start - 1) + 1
  const indent = text.slice(lineStart, lastKey.start)
  if (!/^ *$/.test(indent)) return null
  const at = lineEnd(text, Math.max(spans[last]!.end, lastKey.end))
  const line = `${indent}${key}: ${value}`
  return insertAt(at, at > 0 && text[at - 1] !== '\n' ? `${lineEndOf(text)}${line}` : `${line}${lineEndOf(text)}`)
}

/** Removes a member of a map with its line; null for the only member, whose map would be empty, and for unusual layouts. */
export function removeKey(text: string, spans: Spans, pointer: string): TextEdit | null {
  const parent = pointer.slice(0, pointer.lastIndexOf('/'))
  const keys = memberKeys(spans, parent)
  const index = keys.indexOf(pointer)
  const [key, value, map] = [spans[`${pointer}#key`], spans[pointer], spans[parent]]
  if (index === -1 || keys.length < 2 || !key || !value || !map) return null
  if (text[map.start] === '{') {
    const next = keys[index + 1]
    const start = next ? key.start : spans[keys[index - 1]!]!.end
    return { span: { start, end: next ? spans[`${next}#key`]!.start : Math.max(value.end, key.end) }, text: '' }
  }
  const lineStart = text.lastIndexOf('\n', key.start - 1) + 1
  if (!/^ *$/.test(text.slice(lineStart, key.start))) return null
  return { span: { start: lineStart, end: lineEnd(text, Math.max(value.end, key.end)) }, text: '' }
}

/** Pointers of the direct members of a map, in the order of the file. */
function memberKeys(spans: Spans, pointer: string): string[] {
  const prefix = `${pointer}/`
  return Object.keys(spans)
    .filter((each) => each.endsWith('#key') && each.startsWith(prefix) && !each.slice(prefix.length).includes('/'))
    .map((each) => each.slice(0, -'#key'.length))
    .toSorted((a, b) => spans[`${a}#key`]!.start - spans[`${b}#key`]!.start)
}

/** The pointer of a member. */
export const memberPointer = (pointer: string, key: string): string => `${pointer}/${escapePointer(key)}`

const insertAt = (at: number, text: string): TextEdit => ({ span: { start: at, end: at }, text })

/** Past the line end after an offset, or the end of the text; a block scalar's span already ends there. */
function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset
  const at = text.indexOf('\n', offset)
  return at === -1 ? text.length : at + 1
}
