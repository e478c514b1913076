import { isWordPart, isWordStart, lineEnd, wordEnd, type Lexed, type SourceToken } from './source-scan-lex.ts'

// After these a slash begins a regular expression and a quote a string; after any other word it divides, or is text of JSX.
const keywords = new Set(
  'return typeof case in of delete void throw new else do instanceof await yield default extends import from export'.split(
    ' ',
  ),
)

/** TypeScript and JavaScript as names, strings and signs, in one pass; code inside `${…}` of a template is not looked at. */
export function lexScript(text: string): Lexed {
  const lexed: Lexed = { tokens: [], comments: [], stoppedAt: null }
  const { tokens, comments } = lexed
  let at = 0
  // A slash that closes nothing on its line: the rest of that line has no expression either, and is not searched again.
  let noRegexBefore = 0
  while (at < text.length) {
    const char = text[at]!
    const code = text.charCodeAt(at)
    if (char === '/' && text[at + 1] === '/') {
      const end = lineEnd(text, at)
      comments.push({ start: at, end })
      at = end
    } else if (char === '/' && text[at + 1] === '*') {
      const close = text.indexOf('*/', at + 2)
      const end = close === -1 ? text.length : close + 2
      comments.push({ start: at, end })
      at = end
    } else if (char === '/') {
      const mayBegin = at >= noRegexBefore && beginsValue(tokens.at(-1))
      const end = mayBegin ? regexEnd(text, at) : null
      if (mayBegin && end === null) noRegexBefore = lineEnd(text, at)
      if (end === null) tokens.push({ kind: 'sign', start: at, end: at + 1, text: char })
      at = end ?? at + 1
    } else if (char === '"' || char === "'" || char === '`') {
      // The apostrophe of "Don't" in the text of JSX follows a letter; a string does so only after a keyword.
      const before = tokens.at(-1)
      const isText = char !== '`' && before?.kind === 'word' && before.end === at && !keywords.has(before.text)
      const found = isText ? null : char === '`' ? templateEnd(text, at) : quotedEnd(text, at)
      if (!isText && found === null) return { ...lexed, stoppedAt: at }
      if (found === null) at += 1
      else {
        const inner = { start: at + 1, end: found.end - 1 }
        const value = text.slice(inner.start, inner.end)
        tokens.push({
          kind: 'string',
          start: at,
          end: found.end,
          text: value,
          inner,
          hasHoles: found.hasHoles,
          parts: 1,
        })
        at = found.end
      }
    } else if (isWordStart(code)) {
      const end = wordEnd(text, at)
      tokens.push({ kind: 'word', start: at, end, text: text.slice(at, end) })
      at = end
    } else if (code <= 32) {
      at += 1
    } else if (isWordPart(code)) {
      const end = wordEnd(text, at)
      // Kept, so that a slash after a number divides.
      tokens.push({ kind: 'sign', start: at, end, text: '0' })
      at = end
    } else {
      tokens.push({ kind: 'sign', start: at, end: at + 1, text: char })
      at += 1
    }
  }
  return lexed
}

const beginsValue = (before: SourceToken | undefined): boolean =>
  before === undefined ||
  (before.kind === 'word' ? keywords.has(before.text) : before.kind === 'sign' && !')]0'.includes(before.text))

type Found = { end: number; hasHoles: boolean }

function quotedEnd(text: string, start: number): Found | null {
  const quote = text[start]
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at]
    if (char === quote) return { end: at + 1, hasHoles: false }
    if (char === '\\') at += text[at + 1] === '\r' ? 2 : 1
    else if (char === '\n') return null
  }
  return null
}

/** A template may hold code that holds templates: a stack, one entry for each template (null) and each hole (its braces). */
function templateEnd(text: string, start: number): Found | null {
  const open: (number | null)[] = [null]
  let hasHoles = false
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at]
    const top = open.at(-1) as number | null
    if (top === null) {
      if (char === '\\') at += 1
      else if (char === '`') {
        open.pop()
        if (open.length === 0) return { end: at + 1, hasHoles }
      } else if (char === '$' && text[at + 1] === '{') {
        hasHoles = true
        open.push(0)
        at += 1
      }
    } else if (char === '`') open.push(null)
    else if (char === '"' || char === "'") {
      const found = quotedEnd(text, at)
      if (found === null) return null
      at = found.end - 1
    } else if (char === '{') open[open.length - 1] = top + 1
    else if (char === '}') {
      if (top > 0) open[open.length - 1] = top - 1
      else open.pop()
    }
  }
  return null
}

/** The end of a regular expression on this line; null: the slash is none. */
function regexEnd(text: string, start: number): number | null {
  let inClass = false
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at]
    if (char === '\n') return null
    if (char === '\\') at += 1
    else if (char === '[') inClass = true
    else if (char === ']') inClass = false
    else if (char === '/' && !inClass) return wordEnd(text, at + 1)
  }
  return null
}
