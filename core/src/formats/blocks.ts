import type { Span } from '../text/span.ts'
import type { Names } from './names.ts'

/**
 * A template of another engine, taken apart. Paths are as written there; `span` counts in the template. `each.item` is the
 * name of the loop's variable, null where the engine (Handlebars) makes the item the context.
 */
export type Piece = { span: Span; strip?: { before: boolean; after: boolean } } & (
  | { kind: 'text'; text: string }
  | { kind: 'name'; path: string[]; open: string; close: string }
  | { kind: 'if' | 'unless'; path: string[] }
  | { kind: 'each'; path: string[]; item: string | null }
  | { kind: 'else' }
  | { kind: 'end'; word: string }
  | { kind: 'comment'; text: string }
)

export type Converted = {
  text: string
  problems: { span: Span; message: string }[]
  /** `has_x` -> `x`: conditions on lists and objects, which mustache would repeat or enter. */
  conditions: Record<string, string>
  /** List -> the name of its items, for the way back. */
  loops: Record<string, string>
  /** Top-level names with what their use says about their type. */
  uses: Map<string, Use>
  /** A block tag that stands alone on its line: mustache takes the line with it. */
  aloneAt: Span | null
}

export type Use = 'text' | 'list' | 'object' | 'condition'

/** People nest far less, and each name asks all blocks around it. */
const maxDepth = 64

type Frame =
  | { kind: 'if'; tag: string; inverted: boolean; word: string; item: null }
  | { kind: 'each'; tag: string; word: string; item: string | null }

/** Pieces as mustache. Inside a loop only the item may be used: mustache would look other names up in the item first. */
export function toMustache(
  pieces: readonly Piece[],
  source: string,
  names: Names,
  isList: (name: string) => boolean = () => false,
): Converted {
  const out: Converted = { text: '', problems: [], conditions: {}, loops: {}, uses: new Map(), aloneAt: null }
  const shapes = shapesOf(pieces, isList)
  const looped = new Set(pieces.flatMap((piece) => (piece.kind === 'each' ? [String(piece.path)] : [])))
  const stack: Frame[] = []
  const say = (span: Span, message: string): void => void out.problems.push({ span, message })

  const loopAt = (): number => stack.findLastIndex((frame) => frame.kind === 'each')
  /** The path in mustache's terms, or null when it cannot be said there. */
  const resolve = (path: string[], span: Span): string[] | null => {
    const at = loopAt()
    if (at === -1) return [names.of(path[0]!), ...path.slice(1)]
    const loop = stack[at]!
    const [first, ...rest] = path
    const own = loop.item === null ? (first === 'this' ? rest : path) : first === loop.item ? rest : null
    if (own === null) {
      say(
        span,
        `Inside a loop only {{${loop.item}}} and its fields can be used: "${path.join('.')}" comes from outside.`,
      )
      return null
    }
    if (own.length === 0 && stack.slice(at + 1).some((frame) => frame.kind === 'if' && !frame.inverted)) {
      say(span, `"${path.join('.')}" inside a condition in the loop would mean the condition: give the item a field.`)
      return null
    }
    return own
  }
  const tagOf = (path: string[]): string => (path.length === 0 ? '.' : path.join('.'))
  const use = (path: string[], as: Use): void => {
    const name = names.of(path[0]!)
    const before = out.uses.get(name)
    if (before === undefined || before === 'condition' || (before === 'text' && as !== 'condition'))
      out.uses.set(name, as)
  }

  for (const [index, piece] of pieces.entries()) {
    if (stack.length > maxDepth) {
      say(piece.span, `Blocks are nested more than ${maxDepth} deep.`)
      return out
    }
    if (piece.kind === 'text') {
      const isAtTag = index + 1 < pieces.length && piece.text.endsWith('{')
      if (piece.text.includes('{{') || isAtTag)
        say(piece.span, 'A literal "{{" cannot be written in mustache: change the text.')
      out.text += stripped(piece.text, pieces[index - 1], pieces[index + 1])
      continue
    }
    if (piece.kind === 'comment') {
      if (!piece.text.includes('}}')) out.text += `{{!${piece.text}}}`
      continue
    }
    const inLoop = loopAt() !== -1
    if (piece.kind === 'name') {
      const path = resolve(piece.path, piece.span)
      if (path === null) continue
      if (!inLoop) use(piece.path, piece.path.length > 1 ? 'object' : (shapes.get(piece.path[0]!) ?? 'text'))
      out.text += `${piece.open}${tagOf(path)}${piece.close}`
      continue
    }
    if (standsAlone(source, piece.span)) out.aloneAt ??= piece.span
    if (piece.kind === 'if' || piece.kind === 'unless') {
      const path = resolve(piece.path, piece.span)
      let tag = path === null ? '.' : tagOf(path)
      const shape = piece.path.length === 1 && !inLoop ? shapes.get(piece.path[0]!) : undefined
      if (piece.path.length > 1 && looped.has(String(piece.path)))
        say(piece.span, `"${piece.path.join('.')}" is a list: give its truth under a name of its own and ask for that.`)
      if (shape === 'list' || shape === 'object') {
        const name = names.of(piece.path[0]!)
        tag = `has_${name}`
        out.conditions[tag] = name
        out.uses.set(tag, 'condition')
      } else if (!inLoop) use(piece.path, piece.path.length > 1 ? 'object' : 'condition')
      stack.push({ kind: 'if', tag, inverted: piece.kind === 'unless', word: piece.kind, item: null })
      out.text += `{{${piece.kind === 'unless' ? '^' : '#'}${tag}}}`
    } else if (piece.kind === 'each') {
      const path = resolve(piece.path, piece.span)
      const tag = path === null ? '.' : tagOf(path)
      if (!inLoop) use(piece.path, piece.path.length > 1 ? 'object' : 'list')
      out.loops[tag] = piece.item ?? 'item'
      stack.push({ kind: 'each', tag, word: 'each', item: piece.item })
      out.text += `{{#${tag}}}`
    } else if (piece.kind === 'else') {
      const frame = stack.at(-1)
      if (frame?.kind !== 'if') {
        say(
          piece.span,
          frame ? 'A loop cannot have an else: ask for the list before it.' : 'There is no if for this else.',
        )
        continue
      }
      const between = standsAlone(source, piece.span) ? '\n' : ''
      out.text += `{{/${frame.tag}}}${between}{{${frame.inverted ? '#' : '^'}${frame.tag}}}`
      frame.inverted = !frame.inverted
    } else {
      const frame = stack.pop()
      if (!frame) say(piece.span, 'This closes nothing.')
      else out.text += `{{/${frame.tag}}}`
    }
  }
  for (const frame of stack) say({ start: source.length, end: source.length }, `"${frame.tag}" is never closed.`)
  return out
}

/** Names that are lists (looped over, or declared so) and objects (used with a dot) at the top level. */
function shapesOf(pieces: readonly Piece[], isList: (name: string) => boolean): Map<string, 'list' | 'object'> {
  const shapes = new Map<string, 'list' | 'object'>()
  const items: (string | null)[] = []
  const open: boolean[] = []
  for (const piece of pieces) {
    const path = 'path' in piece ? piece.path : null
    const isItem = path !== null && items.some((item) => item === null || item === path[0])
    if (path !== null && !isItem && path.length > 1) shapes.set(path[0]!, shapes.get(path[0]!) ?? 'object')
    if (path?.length === 1 && !isItem && (piece.kind === 'each' || isList(path[0]!))) shapes.set(path[0]!, 'list')
    if (piece.kind === 'each') items.push(piece.item)
    if (piece.kind === 'each' || piece.kind === 'if' || piece.kind === 'unless') open.push(piece.kind === 'each')
    if (piece.kind === 'end' && open.pop() === true) items.pop()
  }
  return shapes
}

function stripped(text: string, before: Piece | undefined, after: Piece | undefined): string {
  const left = before?.strip?.after ? text.trimStart() : text
  return after?.strip?.before ? left.trimEnd() : left
}

function standsAlone(source: string, span: Span): boolean {
  let start = span.start
  while (start > 0 && (source[start - 1] === ' ' || source[start - 1] === '\t')) start -= 1
  let end = span.end
  while (source[end] === ' ' || source[end] === '\t' || source[end] === '\r') end += 1
  return (start === 0 || source[start - 1] === '\n') && (end === source.length || source[end] === '\n')
}
