import { Lexer } from 'yaml'
import type { Span } from '../text/span.ts'

/** Nesting that people write stays far below; the parser recurses and overflows its stack long before 1 MiB of brackets ends. */
export const maxFlowDepth = 64
export const maxIndent = 256

export type TooDeep = { span: Span; code: 'depth'; message: string }

/**
 * Looks for nesting that would make the YAML parser slow or overflow its stack: stops at the first place, in linear time.
 * Most files are cleared by two cheap scans; the lexer runs only where brackets or indents could be too many.
 */
export function findTooDeep(text: string): TooDeep | null {
  return mayBeTooDeep(text) ? lexUntilTooDeep(text) : null
}

function mayBeTooDeep(text: string): boolean {
  let brackets = 0
  for (const bracket of ['[', '{']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      brackets += 1
      if (brackets > maxFlowDepth) return true
    }
  }
  let start = 0
  while (start < text.length) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    // Only a long line can hold a long prefix. "- - - x" and "? ? x" nest without any indent of their own.
    if (end - start > maxIndent && /^[ \t?:-]*/.exec(text.slice(start, start + maxIndent + 1))![0].length > maxIndent)
      return true
    start = end + 1
  }
  return false
}

function lexUntilTooDeep(text: string): TooDeep | null {
  let at = 0
  let depth = 0
  let column = 0
  let atLineStart = true
  let scalarNext = false
  for (const token of new Lexer().lex(text)) {
    const start = at
    // Control tokens of one character (document, flow error, scalar) stand for nothing in the text.
    if (token === '\u0002' || token === '\u0018') continue
    if (token === '\u001f') {
      scalarNext = true
      continue
    }
    at += token.length
    if (scalarNext) {
      scalarNext = false
      atLineStart = token.endsWith('\n')
      column = 0
      continue
    }
    if (token === '[' || token === '{') depth += 1
    else if (token === ']' || token === '}') depth = Math.max(0, depth - 1)
    if (depth > maxFlowDepth) {
      return tooDeep(start, at, `Brackets are nested more than ${maxFlowDepth} deep.`)
    }
    if (token.endsWith('\n')) {
      atLineStart = true
      column = 0
    } else if (atLineStart && /^[ \t?:-]+$/.test(token)) {
      column += token.length
      if (column > maxIndent) return tooDeep(start, at, `Indented by more than ${maxIndent} columns.`)
    } else {
      atLineStart = false
    }
  }
  return null
}

const tooDeep = (start: number, end: number, message: string): TooDeep => ({
  span: { start, end },
  code: 'depth',
  message,
})
