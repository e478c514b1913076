import type { Span } from '../text/span.ts'
import { toMustache } from './blocks.ts'
import type { Converted, Piece } from './blocks.ts'
import type { Names } from './names.ts'

// A tag ends before the next one begins: without that, a text of open tags would be read to its end from each.
const tag =
  /\{%([-+]?)((?:(?!%\}|\{%)[\s\S])*?)([-+]?)%\}|\{\{(-?)((?:(?!\}\}|\{\{)[\s\S])*?)(-?)\}\}|\{#((?:(?!#\}|\{#)[\s\S])*?)#\}/g
const path = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*$/

/** What is refused, with the text to write instead. */
const instead = (expression: string): string => {
  const [name = ''] = /^[A-Za-z_][\w.]*/.exec(expression) ?? []
  if (expression.includes('|'))
    return `the filter: give the finished value and write {{ ${path.test(name) ? name : 'name'} }}`
  if (/^[\w.]+\s*\[/.test(expression))
    return `the brackets: write {{ ${name}.field }}, or give the value under its own name`
  if (/\(/.test(expression)) return 'the call: give its result under a name of its own'
  return 'the expression: give its value under a name of its own'
}

/** Jinja2 (and Nunjucks, where they agree) as mustache: names with dots, if / if not / else, for over one list. */
export function jinjaToMustache(
  template: string,
  names: Names,
  isList: (name: string) => boolean = () => false,
): Converted {
  const problems: Converted['problems'] = []
  const pieces = jinjaPieces(template, problems)
  const converted = toMustache(pieces, template, names, isList)
  return {
    ...converted,
    problems: [...problems, ...converted.problems].toSorted((a, b) => a.span.start - b.span.start),
  }
}

export function jinjaPieces(template: string, problems: Converted['problems']): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  const text = (end: number): void => {
    if (end > at) pieces.push({ kind: 'text', text: template.slice(at, end), span: { start: at, end } })
  }
  for (const match of template.matchAll(tag)) {
    text(match.index)
    const span = { start: match.index, end: match.index + match[0].length }
    at = span.end
    const refuse = (what: string): void =>
      void problems.push({ span, message: `"${oneLine(match[0])}": replace ${what}.` })
    if (match[7] !== undefined) {
      pieces.push({ kind: 'comment', text: match[7], span })
    } else if (match[5] !== undefined) {
      const written = match[5]
      const expression = written.trim()
      const strip = { before: match[4] === '-', after: match[6] === '-' }
      if (!path.test(expression)) refuse(instead(expression))
      else {
        const [open, close] = written.split(expression) as [string, string]
        pieces.push({ kind: 'name', path: expression.split('.'), open: `{{${open}`, close: `${close}}}`, span, strip })
      }
    } else {
      const strip = { before: match[1] === '-', after: match[3] === '-' }
      const piece = blockPiece(match[2]!.trim().replace(/\s+/g, ' '), span, refuse)
      if (piece) pieces.push({ ...piece, strip })
    }
  }
  text(template.length)
  return pieces
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 80)

function blockPiece(words: string, span: Span, refuse: (what: string) => void): Piece | null {
  const condition = /^if (not )?(\S+)$/.exec(words)
  if (condition && path.test(condition[2]!))
    return { kind: condition[1] ? 'unless' : 'if', path: condition[2]!.split('.'), span }
  const loop = /^for ([A-Za-z_]\w*) in (\S+)$/.exec(words)
  if (loop && path.test(loop[2]!)) return { kind: 'each', path: loop[2]!.split('.'), item: loop[1]!, span }
  if (words === 'else') return { kind: 'else', span }
  if (words === 'endif' || words === 'endfor') return { kind: 'end', word: words, span }
  const [word = ''] = words.split(' ')
  if (word === 'elif') refuse('elif: write {% else %}{% if x %}…{% endif %}')
  else if (word === 'if') refuse('the condition: give its truth under a name of its own and write {% if is_so %}')
  else if (word === 'for') refuse('the loop: only {% for item in items %} is read')
  else if (word === 'raw' || word === 'endraw') refuse('the raw block: mustache cannot write a literal "{{"')
  else if (word === 'macro' || word === 'endmacro' || word === 'call')
    refuse('the macro: write its text where it is used')
  else if (word === 'include' || word === 'extends' || word === 'import') refuse(`${word}: write the text here`)
  else refuse(`"${word}": give the finished value under a name of its own`)
  return null
}
