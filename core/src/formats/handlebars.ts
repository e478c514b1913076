import type { Span } from '../text/span.ts'
import { toMustache } from './blocks.ts'
import type { Converted, Piece } from './blocks.ts'
import type { Names } from './names.ts'

// A tag ends before the next one begins: without that, a text of open tags would be read to its end from each.
const tag =
  /\\?\{\{\{(~?)((?:(?!\}\}|\{\{)[\s\S])*?)(~?)\}\}\}|\\?\{\{!--((?:(?!--~?\}\}|\{\{!--)[\s\S])*?)--~?\}\}|\\?\{\{(~?)((?:(?!\}\}|\{\{)[\s\S])*?)(~?)\}\}/g
const path = /^(?:this|[A-Za-z_][A-Za-z0-9_-]*)(?:\.[A-Za-z_][A-Za-z0-9_-]*)*$/

/** The Handlebars of dotprompt as mustache: names with dots, if, unless, each, else, comments. Helpers and partials are refused. */
export function handlebarsToMustache(
  template: string,
  names: Names,
  isList: (name: string) => boolean = () => false,
): Converted {
  const problems: Converted['problems'] = []
  const pieces: Piece[] = []
  let at = 0
  const text = (end: number): void => {
    if (end > at) pieces.push({ kind: 'text', text: template.slice(at, end), span: { start: at, end } })
  }
  for (const match of template.matchAll(tag)) {
    text(match.index)
    const span = { start: match.index, end: match.index + match[0].length }
    at = span.end
    const refuse = (what: string): void => {
      problems.push({ span, message: `"${match[0].replace(/\s+/g, ' ').slice(0, 80)}": replace ${what}.` })
    }
    if (match[0].startsWith('\\')) refuse('it: mustache cannot write a literal "{{"')
    else if (match[4] !== undefined) pieces.push({ kind: 'comment', text: match[4], span })
    else {
      const triple = match[2] !== undefined
      const written = (triple ? match[2] : match[6])!
      const strip = { before: (match[1] ?? match[5]) === '~', after: (match[3] ?? match[7]) === '~' }
      const piece = pieceOf(written, triple, span, refuse)
      if (piece) pieces.push({ ...piece, strip })
    }
  }
  text(template.length)
  const converted = toMustache(pieces, template, names, isList)
  return {
    ...converted,
    problems: [...problems, ...converted.problems].toSorted((a, b) => a.span.start - b.span.start),
  }
}

function pieceOf(written: string, triple: boolean, span: Span, refuse: (what: string) => void): Piece | null {
  const words = written.trim().replace(/\s+/g, ' ')
  const block = /^#(if|unless|each) (\S+)$/.exec(words)
  if (block && path.test(block[2]!)) {
    const steps = block[2]!.split('.')
    if (block[1] === 'each') return { kind: 'each', path: steps, item: null, span }
    return { kind: block[1] as 'if' | 'unless', path: steps, span }
  }
  if (words === 'else' || words === '^') return { kind: 'else', span }
  if (/^\/(if|unless|each)$/.test(words)) return { kind: 'end', word: words.slice(1), span }
  if (words.startsWith('!')) return { kind: 'comment', text: words.slice(1), span }
  if (path.test(words)) {
    const [open, close] = written.split(words) as [string, string]
    const braces = triple ? (['{{{', '}}}'] as const) : (['{{', '}}'] as const)
    return { kind: 'name', path: words.split('.'), open: braces[0] + open, close: close + braces[1], span }
  }
  if (words.startsWith('>')) refuse('the partial: write its text here')
  else if (words.startsWith('else ')) refuse('else if: write {{else}}{{#if x}}…{{/if}}')
  else if (words.startsWith('@') || words.includes('@'))
    refuse('the data variable: give it as an input or as a field of the item')
  else if (words.startsWith('..')) refuse('the way up: inside a loop only the item is known')
  else if (/^(json|media|section|history|role)\b/.test(words))
    refuse(
      `the helper "${words.split(' ')[0]}": ${words.startsWith('json') ? 'write the name alone, objects are written as JSON' : 'it has no counterpart'}`,
    )
  else if (words.startsWith('#') || words.startsWith('/')) refuse('the block: only if, unless and each are read')
  else refuse('the helper call: give its result under a name of its own')
  return null
}
