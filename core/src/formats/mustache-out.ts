import type { InputSpec, PromptFile } from '../registry/prompt-file.ts'
import { parseTemplate } from '../registry/template.ts'
import { object } from './source.ts'

/** How an engine writes what mustache can say. `item`: the loop's variable, null where the item is the context. */
export type Dialect = {
  name(path: string, o: { open: string; close: string }): string
  open(kind: 'if' | 'unless' | 'each', path: string, item: string): string
  close(kind: 'if' | 'unless' | 'each'): string
  otherwise: string
  comment(text: string): string
  /** false: the item's fields are written without its name. */
  namedItem: boolean
}

export const jinja: Dialect = {
  name: (path, { open, close }) => `{{${open}${path}${close}}}`,
  open: (kind, path, item) =>
    kind === 'each' ? `{% for ${item} in ${path} %}` : `{% if ${kind === 'unless' ? 'not ' : ''}${path} %}`,
  close: (kind) => (kind === 'each' ? '{% endfor %}' : '{% endif %}'),
  otherwise: '{% else %}',
  comment: (text) => `{#${text}#}`,
  namedItem: true,
}

export const handlebars: Dialect = {
  name: (path, { open, close }) => `{{${open}${path}${close}}}`,
  open: (kind, path) => `{{#${kind} ${path}}}`,
  close: (kind) => `{{/${kind}}}`,
  otherwise: '{{else}}',
  comment: (text) => `{{!${text}}}`,
  namedItem: false,
}

const tag = /\{\{\{([^{}]*)\}\}\}|\{\{([^{}]*)\}\}/g

type Token =
  | { kind: 'text'; text: string; end: number }
  | { kind: 'tag'; sigil: string; content: string; open: string; close: string; triple: boolean; end: number }
type Frame = { kind: 'if' | 'unless' | 'each'; tag: string; item: string }

/** The white space before and after a text. */
const edges = (text: string): [string, string] => {
  const lead = text.length - text.trimStart().length
  return [text.slice(0, lead), lead === text.length ? '' : text.slice(text.trimEnd().length)]
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  for (const match of source.matchAll(tag)) {
    if (match.index > at) tokens.push({ kind: 'text', text: source.slice(at, match.index), end: match.index })
    at = match.index + match[0].length
    const triple = match[1] !== undefined
    const inner = (match[1] ?? match[2])!
    const first = inner.trimStart()[0] ?? ''
    const sigil = !triple && first !== '' && '#^/!&'.includes(first) ? first : ''
    const written = sigil === '' ? inner : inner.slice(inner.indexOf(sigil) + 1)
    const [open, close] = edges(written)
    tokens.push({ kind: 'tag', sigil, content: written.trim(), open, close, triple, end: at })
  }
  if (at < source.length) tokens.push({ kind: 'text', text: source.slice(at), end: source.length })
  return tokens
}

/**
 * A prompt's template in another engine. Lists are told from conditions by their declared type or by the use of their
 * items. `lost` gets a sentence for what the engine cannot write.
 */
export function fromMustache(
  prompt: PromptFile,
  template: string,
  dialect: Dialect,
  lost: (what: string) => void,
): string {
  const source = prompt.templateFormat === 'mustache' ? template : fromFString(template, lost)
  const kept = object(prompt.extra['x-import'])
  const [written, conditions, loops] = ['names', 'conditions', 'loops'].map(
    (key) => new Map(Object.entries(object(kept[key])) as [string, string][]),
  ) as [Map<string, string>, Map<string, string>, Map<string, string>]
  const tokens = tokensOf(source)
  const stack: Frame[] = []
  let text = ''

  const pathOf = (content: string): string => {
    const loop = stack.findLast((frame) => frame.kind === 'each')
    if (loop && !dialect.namedItem) return content === '.' ? 'this' : content
    if (loop) return content === '.' ? loop.item : `${loop.item}.${content}`
    const [first = '', ...rest] = content.split('.')
    return [written.get(first) ?? first, ...rest].join('.')
  }
  const open = (sigil: string, content: string, end: number): void => {
    const condition = conditions.get(content)
    const repeats =
      sigil === '#' && condition === undefined && (loops.has(content) || isList(prompt, content, source, end))
    const kind = repeats ? 'each' : sigil === '#' ? 'if' : 'unless'
    const item = loops.get(content) ?? 'item'
    text += dialect.open(kind, condition === undefined ? pathOf(content) : (written.get(condition) ?? condition), item)
    stack.push({ kind, tag: content, item })
  }
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index]!
    if (token.kind === 'text') text += token.text
    else if (token.sigil === '!') text += dialect.comment(token.open + token.content + token.close)
    else if (token.sigil === '#' || token.sigil === '^') open(token.sigil, token.content, token.end)
    else if (token.sigil === '/') {
      const frame = stack.at(-1)
      const skip = frame ? elseAt(tokens, index, frame) : 0
      if (skip > 0) {
        text += dialect.otherwise
        index += skip
      } else {
        stack.pop()
        text += dialect.close(frame?.kind ?? 'if')
      }
    } else {
      const braces = token.triple && !dialect.namedItem ? ['{', '}'] : ['', '']
      text += dialect.name(pathOf(token.content), { open: braces[0] + token.open, close: token.close + braces[1] })
    }
  }
  return text
}

/** How many tokens to skip when `{{/x}}` and the tag after it are an else: `{{/x}}{{^x}}`, on one line or two; else 0. */
function elseAt(tokens: readonly Token[], index: number, frame: Frame): number {
  const between = tokens[index + 1]
  const skip = between?.kind === 'text' && /^\n?[ \t]*$/.test(between.text) ? 2 : 1
  const next = tokens[index + skip]
  const other = frame.kind === 'if' ? '^' : '#'
  const fits = next?.kind === 'tag' && next.sigil === other && next.content === frame.tag && frame.kind !== 'each'
  return fits ? skip : 0
}

function isList(prompt: PromptFile, name: string, source: string, from: number): boolean {
  const declared = (prompt.inputs as Record<string, InputSpec> | null)?.[name]?.type
  if (declared !== undefined) return declared === 'array'
  const end = source.indexOf(`{{/${name}}}`, from)
  return /\{\{\s*\.\s*\}\}/.test(source.slice(from, end === -1 ? undefined : end))
}

/** An f-string template as mustache. */
function fromFString(template: string, lost: (what: string) => void): string {
  return parseTemplate(template, 'f-string')
    .parts.map((part) => {
      if (typeof part !== 'string') return `{{${'name' in part ? part.name : part.path.join('.')}}}`
      if (part.includes('{{')) lost('A literal "{{" would be read as a placeholder.')
      return part
    })
    .join('')
}
