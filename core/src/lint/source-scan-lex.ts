import type { Span } from '../text/span.ts'

/** A piece of source code, as far as a scan looks: names, strings, single signs. Comments are kept beside. */
export type SourceToken =
  | { kind: 'word' | 'sign'; start: number; end: number; text: string }
  | { kind: 'string'; start: number; end: number; text: string; inner: Span; hasHoles: boolean; parts: number }

/** `stoppedAt`: where a string begins that is never closed; nothing behind it was read. */
export type Lexed = { tokens: SourceToken[]; comments: Span[]; stoppedAt: number | null }

/** What a lexer reads as it goes: strings may hold code, code may hold strings. */
export type Holder =
  | { kind: 'hole'; depth: number }
  | { kind: 'string'; quote: string; isRaw: boolean; hasHoles: boolean }

export const isWordStart = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 36 || code > 127

export const isWordPart = (code: number): boolean => isWordStart(code) || (code >= 48 && code <= 57)

/** The end of the name that starts at `at`. */
export function wordEnd(text: string, at: number): number {
  let end = at
  while (end < text.length && isWordPart(text.charCodeAt(end))) end += 1
  return end
}

/** The end of the line, without its line end. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end
}
