import { jinjaPieces } from './jinja2.ts'
import type { Span } from '../text/span.ts'
import type { DraftMessage } from './draft.ts'

/** A message of a body text; `place` turns an offset of its content into one of the file. */
export type BodyMessage = DraftMessage & { place(offset: number): number }

/** Messages that come from the caller at run time, as written, and the message after which they stand (-1: first). */
export type History = { after: number; text: string; span: Span }

/** A part of a body that stands for messages made at run time. */
export type Cut = Span

/**
 * Splits a body at its role marks. `mark` finds them and names the role in its first group; `null` for a role that no
 * prompt file has. What stands before the first mark is a message of the default role.
 */
export function splitBody(
  body: string,
  bodyAt: number,
  mark: RegExp,
  first: DraftMessage['role'],
  cuts: readonly Cut[],
): { messages: BodyMessage[]; history: History[]; unknown: { role: string; span: Span }[] } {
  const isCut = (at: number): boolean => cuts.some((cut) => at >= cut.start && at < cut.end)
  const marks = [...body.matchAll(mark)].filter((match) => !isCut(match.index))
  const starts = [
    { role: first as string, from: 0, at: 0 },
    ...marks.map((match) => ({ role: match[1]!.toLowerCase(), from: match.index + match[0].length, at: match.index })),
  ]
  const messages: BodyMessage[] = []
  const history: History[] = []
  const unknown: { role: string; span: Span }[] = []
  for (const [index, { role, from, at }] of starts.entries()) {
    const to = starts[index + 1]?.at ?? body.length
    const own = cuts.filter((cut) => cut.start >= from && cut.start < to)
    const { text, place } = without(body, from, to, own)
    const content = text.trim()
    const lead = text.length - text.trimStart().length
    const known = role === 'developer' ? 'system' : role
    if (known !== 'system' && known !== 'user' && known !== 'assistant') {
      unknown.push({ role, span: { start: bodyAt + at, end: bodyAt + from } })
    } else if (content !== '') {
      messages.push({ role: known, content, place: (offset) => bodyAt + place(offset + lead) })
    }
    for (const cut of own) {
      const span = { start: bodyAt + cut.start, end: bodyAt + cut.end }
      history.push({ after: messages.length - 1, text: body.slice(cut.start, cut.end).trim(), span })
    }
  }
  return { messages, history, unknown }
}

function without(body: string, from: number, to: number, cuts: readonly Cut[]) {
  const kept: { start: number; at: number }[] = []
  let text = ''
  let at = from
  for (const cut of [...cuts, { start: to, end: to }]) {
    kept.push({ start: text.length, at })
    text += body.slice(at, cut.start)
    at = cut.end
  }
  const place = (offset: number): number => {
    const part = kept.findLast(({ start }) => start <= offset) ?? { start: 0, at: from }
    return part.at + offset - part.start
  }
  return { text, place }
}

const roleInside = /^[ \t]*(?:#[ \t]*)?(?:system|user|assistant|developer|\{\{[^{}]*\.role[^{}]*\}\})[ \t]*:[ \t]*$/im

/** Loops that make messages: their body holds a role mark, written out or from the item. */
export function messageLoops(body: string): Cut[] {
  const cuts: Cut[] = []
  let start = -1
  let depth = 0
  for (const piece of jinjaPieces(body, [])) {
    if (piece.kind === 'each' || piece.kind === 'if' || piece.kind === 'unless') {
      if (depth === 0 && piece.kind === 'each') start = piece.span.start
      depth += 1
    } else if (piece.kind === 'end') {
      depth -= 1
      if (depth === 0 && start !== -1) {
        if (roleInside.test(body.slice(start, piece.span.end))) cuts.push({ start, end: piece.span.end })
        start = -1
      }
    }
  }
  return cuts
}

/** A body with its marks, and the history where it stood. */
export function joinBody(
  messages: readonly { role: string; content: string }[],
  history: readonly { after: number; text: string }[],
  mark: (role: string) => string,
): string {
  const part = (after: number): string[] => history.filter((each) => each.after === after).map(({ text }) => text)
  const parts = [
    ...part(-1),
    ...messages.flatMap(({ role, content }, index) => [`${mark(role)}\n${content.replace(/\n$/, '')}`, ...part(index)]),
  ]
  return `${parts.join('\n\n')}\n`
}
