import type { Span } from './span.ts'

/** A run of characters that nobody sees; `first` is the code point it begins with. */
export type Hidden = Span & { first: number; count: number }

// Bidi controls and marks; zero-width and invisible characters; tag characters; C0 and C1 controls but tab, LF and CR.
const hidden =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- these are what the expression is for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u{e0000}-\u{e007f}]+/gu

const joiner = /[\u200c\u200d]/
/** Scripts and emoji need joiners between their signs: Persian words, families, flags with a variation selector. */
const joinedBefore = /[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]$/u
const joinedAfter = /^[\p{L}\p{M}\p{Extended_Pictographic}]/u

/**
 * Characters that a reviewer cannot see but a model reads, in the order of the text; neighbours are one run. Letters that look
 * like others are not looked for: whole languages are written in them.
 */
export function findHidden(text: string): Hidden[] {
  const found: Hidden[] = []
  for (const match of text.matchAll(hidden)) {
    const run = match[0]
    const start = match.index
    const end = start + run.length
    if (run.length === 1 && joiner.test(run) && isJoined(text, start)) continue
    found.push({ start, end, first: run.codePointAt(0)!, count: [...run].length })
  }
  return found
}

const isJoined = (text: string, at: number): boolean =>
  joinedBefore.test(text.slice(Math.max(0, at - 2), at)) && joinedAfter.test(text.slice(at + 1, at + 3))

/** `U+202E`. */
export const codePointName = (point: number): string => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
