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
  let prefix = 0
  let inPrefix = true
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x5b || code === 0x7b) brackets += 1
    if (code === 0x0a) {
      prefix = 0
      inPrefix = true
    } else if (inPrefix) {
      // "- - - x" and "? ? x" nest without any indent of their own.
      if (code === 0x20 || code === 0x09 || code === 0x2d || code === 0x3f || code === 0x3a) prefix += 1
      else inPrefix = false
    }
    if (brackets > maxFlowDepth || prefix > maxIndent) return true
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
