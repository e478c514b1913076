import type { Span } from '../text/span.ts'
import type { ParsedTemplate, TemplatePart } from './template.ts'

/** A name or a section. `path` is `[]` for `{{.}}`. */
export type MustacheNode =
  | { kind: 'name'; path: string[] }
  | { kind: 'section'; path: string[]; inverted: boolean; parts: TemplatePart[] }

type Open = { path: string[]; name: string; inverted: boolean; span: Span; outer: TemplatePart[] }
type Tag = { span: Span; sigil: string; content: string }

const pathPattern = /^(?:\.|[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)$/

/**
 * Names, sections, inverted sections and comments. Values go in unescaped, whatever the number of braces: prompts are
 * not HTML. Partials and other delimiters are problems. A section tag alone on its line takes the line with it.
 */
export function parseMustache(template: string): ParsedTemplate {
  const parsed: ParsedTemplate = { placeholders: [], problems: [], parts: [] }
  const open: Open[] = []
  let parts = parsed.parts
  let at = 0
  const problem = (span: Span, message: string): void => void parsed.problems.push({ span, message })

  const name = (tag: Tag): string[] | null => {
    if (!pathPattern.test(tag.content)) {
      problem(tag.span, `"${tag.content}" is not a name: letters, digits, "_" and dots are allowed.`)
      return null
    }
    const path = tag.content === '.' ? [] : tag.content.split('.')
    if (path[0] !== undefined) parsed.placeholders.push({ name: path[0], span: tag.span, inSection: open.length > 0 })
    return path
  }

  for (;;) {
    const start = template.indexOf('{{', at)
    if (start === -1) break
    const tag = readTag(template, start)
    if (tag === null) {
      problem({ start, end: start + 2 }, '"{{" is never closed by "}}".')
      break
    }
    const bounds = '#^/!'.includes(tag.sigil) && tag.sigil !== '' ? standalone(template, tag.span) : tag.span
    const before = template.slice(at, Math.max(at, bounds.start))
    if (before !== '') parts.push(before)
    at = bounds.end
    if (tag.sigil === '#' || tag.sigil === '^') {
      const path = name(tag) ?? []
      open.push({ path, name: tag.content, inverted: tag.sigil === '^', span: tag.span, outer: parts })
      parts = []
    } else if (tag.sigil === '/') {
      const section = open.at(-1)
      if (section?.name === tag.content) {
        open.pop()
        section.outer.push({ kind: 'section', path: section.path, inverted: section.inverted, parts })
        parts = section.outer
      } else {
        problem(
          tag.span,
          section ? `"{{/${tag.content}}}" closes "{{#${section.name}}}".` : `"{{/${tag.content}}}" closes no section.`,
        )
      }
    } else if (tag.sigil === '>') {
      problem(tag.span, `Partials are not allowed: write the text of "${tag.content}" here.`)
    } else if (tag.sigil === '=') {
      problem(tag.span, 'Other delimiters are not allowed.')
    } else if (tag.sigil !== '!') {
      const path = name(tag)
      if (path) parts.push({ kind: 'name', path })
    }
  }
  const rest = template.slice(at)
  if (rest !== '') parts.push(rest)
  for (const section of open) problem(section.span, `Section "${section.name}" is never closed.`)
  return parsed
}

function readTag(template: string, start: number): Tag | null {
  const triple = template[start + 2] === '{'
  const close = triple ? '}}}' : '}}'
  const from = start + (triple ? 3 : 2)
  const end = template.indexOf(close, from)
  if (end === -1) return null
  const inside = template.slice(from, end).trim()
  const sigil = triple ? '{' : /^[#^/!>=&]/.test(inside) ? inside[0]! : ''
  const content = sigil === '' || sigil === '{' ? inside : inside.slice(1).trim()
  return { span: { start, end: end + close.length }, sigil, content }
}

/** The whole line when nothing but white space shares it with the tag, else the tag alone. */
function standalone(template: string, span: Span): Span {
  let start = span.start
  while (start > 0 && (template[start - 1] === ' ' || template[start - 1] === '\t')) start -= 1
  let end = span.end
  while (template[end] === ' ' || template[end] === '\t') end += 1
  if (template.startsWith('\r\n', end)) end += 2
  else if (template[end] === '\n') end += 1
  else if (end < template.length) return span
  return start === 0 || template[start - 1] === '\n' ? { start, end } : span
}
