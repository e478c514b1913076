import {
  isWordPart,
  isWordStart,
  lineEnd,
  wordEnd,
  type Holder,
  type Lexed,
  type SourceToken,
} from './source-scan-lex.ts'

const prefix = /^(?:[rbuft]|[rb][rb]|[rf][rf]|[rt][rt])$/i

/**
 * Python as names, strings and signs, in one pass. Adjacent strings are one literal, as Python joins them; a line end outside
 * brackets is a sign of its own, because it ends that.
 */
export function lexPython(text: string): Lexed {
  const lexed: Lexed = { tokens: [], comments: [], stoppedAt: null }
  const { tokens, comments } = lexed
  let depth = 0
  let at = 0
  while (at < text.length) {
    const char = text[at]!
    const code = text.charCodeAt(at)
    if (char === '#') {
      const end = lineEnd(text, at)
      comments.push({ start: at, end })
      at = end
    } else if (char === '"' || char === "'") {
      const end = pushString(text, at, at, '', tokens)
      if (end === null) return { ...lexed, stoppedAt: at }
      at = end
    } else if (isWordStart(code)) {
      const end = wordEnd(text, at)
      const word = text.slice(at, end)
      const next = text[end]
      if ((next === '"' || next === "'") && prefix.test(word)) {
        const stringEnd = pushString(text, at, end, word.toLowerCase(), tokens)
        if (stringEnd === null) return { ...lexed, stoppedAt: at }
        at = stringEnd
      } else {
        tokens.push({ kind: 'word', start: at, end, text: word })
        at = end
      }
    } else if (char === '\n') {
      if (depth === 0) tokens.push({ kind: 'sign', start: at, end: at + 1, text: '\n' })
      at += 1
    } else if (char === '\\') {
      // A backslash joins the next line to this one.
      at += text[at + 1] === '\r' ? 3 : 2
    } else if (code <= 32) {
      at += 1
    } else if (isWordPart(code)) {
      at = wordEnd(text, at)
    } else {
      if ('([{'.includes(char)) depth += 1
      else if (')]}'.includes(char)) depth = Math.max(0, depth - 1)
      tokens.push({ kind: 'sign', start: at, end: at + 1, text: char })
      at += 1
    }
  }
  return lexed
}

/** Reads the string whose quote is at `quoteAt`; null when it is never closed. */
function pushString(text: string, start: number, quoteAt: number, kinds: string, tokens: SourceToken[]): number | null {
  const found = readString(text, quoteAt, /[ft]/.test(kinds))
  if (found === null) return null
  const { end, width, hasHoles } = found
  const inner = { start: quoteAt + width, end: end - width }
  const before = tokens.at(-1)
  if (before?.kind === 'string') {
    before.end = end
    before.text += text.slice(inner.start, inner.end)
    before.hasHoles ||= hasHoles
    before.parts += 1
  } else {
    tokens.push({ kind: 'string', start, end, text: text.slice(inner.start, inner.end), inner, hasHoles, parts: 1 })
  }
  return end
}

const quoteOf = (text: string, at: number): string => {
  const char = text[at]!
  return text.startsWith(char.repeat(3), at) ? char.repeat(3) : char
}

/** A hole may hold strings that hold holes: a stack instead of recursion, so that nesting costs memory and no more. */
function readString(
  text: string,
  quoteAt: number,
  hasFields: boolean,
): { end: number; width: number; hasHoles: boolean } | null {
  const quote = quoteOf(text, quoteAt)
  const stack: Holder[] = [{ kind: 'string', quote, isRaw: false, hasHoles: hasFields }]
  let at = quoteAt + quote.length
  let hasHoles = false
  while (at < text.length) {
    const top = stack.at(-1)!
    const char = text[at]!
    if (top.kind === 'string') {
      if (text.startsWith(top.quote, at)) {
        stack.pop()
        at += top.quote.length
        if (stack.length === 0) return { end: at, width: quote.length, hasHoles }
      } else if (char === '\\') {
        at += 2
      } else if (char === '\n' && top.quote.length === 1) {
        return null
      } else if (top.hasHoles && char === '{' && text[at + 1] === '{') {
        at += 2
      } else if (top.hasHoles && char === '{') {
        hasHoles = true
        stack.push({ kind: 'hole', depth: 0 })
        at += 1
      } else {
        at += 1
      }
    } else if (char === '}' && top.depth === 0) {
      stack.pop()
      at += 1
    } else if (char === '"' || char === "'") {
      const inner = quoteOf(text, at)
      const isField = /[ft]/i.test(text[at - 1] ?? '') && !isWordPart(text.charCodeAt(at - 2))
      stack.push({ kind: 'string', quote: inner, isRaw: false, hasHoles: isField })
      at += inner.length
    } else {
      if ('([{'.includes(char)) top.depth += 1
      else if (')]}'.includes(char)) top.depth -= 1
      at += 1
    }
  }
  return null
}
