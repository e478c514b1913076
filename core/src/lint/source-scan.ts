import type { Span } from '../text/span.ts'
import type { Lexed, SourceToken } from './source-scan-lex.ts'
import { lexPython } from './source-scan-python.ts'
import { lexScript } from './source-scan-script.ts'

/** A string of source code with what the code around it says of it. */
export type SourceLiteral = {
  /** With quotes and prefix. */
  span: Span
  /** Between the quotes; of the first part when several are joined. */
  inner: Span
  text: string
  hasHoles: boolean
  /** More than one string that the language joins: no single literal to replace. */
  isJoined: boolean
  /** The keyword, key or variable whose value it is, without what stands before the last dot. */
  name: string | null
  /** It is assigned, not passed: `PROMPT = "…"`. */
  isAssigned: boolean
  /** The calls that it is an argument of, innermost first: `openai`, `PromptTemplate.from_template`. */
  calls: { name: string; index: number }[]
  /** A `role` stands beside it in the same object or call. */
  hasRole: boolean
}

export type SourceScan = { literals: SourceLiteral[]; comments: Span[]; stoppedAt: number | null }

/** The files that are scanned, by ending. */
export const sourceEndings = ['.py', '.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs']

export const isSourcePath = (path: string): boolean => sourceEndings.some((ending) => path.endsWith(ending))

/** Longer lines were made by a machine. */
const longestLine = 5_000

/** The strings of a file and what they are used for. Never fails: what cannot be read ends the scan at that place. */
export function scanSource(path: string, text: string): SourceScan {
  const isPython = path.endsWith('.py')
  const lexed = isPython ? lexPython(text) : lexScript(text)
  const tokens = joined(withoutLongLines(lexed, text))
  const tree = bracketsOf(tokens)
  const literals = tokens.flatMap((token, at): SourceLiteral[] => {
    if (token.kind !== 'string') return []
    const { name, isAssigned } = nameOf(tokens, at, isPython)
    return [
      {
        span: { start: token.start, end: token.end },
        inner: token.inner,
        text: token.text,
        hasHoles: token.hasHoles,
        isJoined: token.parts > 1,
        name,
        isAssigned,
        calls: callsOf(tokens, tree, at),
        hasRole: tree.withRole.has(tree.parent[at]!),
      },
    ]
  })
  return { literals, comments: lexed.comments, stoppedAt: lexed.stoppedAt }
}

function withoutLongLines({ tokens }: Lexed, text: string): SourceToken[] {
  const long: Span[] = []
  for (let start = 0; start < text.length;) {
    const at = text.indexOf('\n', start)
    const end = at === -1 ? text.length : at
    if (end - start > longestLine) long.push({ start, end })
    start = end + 1
  }
  if (long.length === 0) return tokens
  let next = 0
  return tokens.filter((token) => {
    while (next < long.length && long[next]!.end <= token.start) next += 1
    return next === long.length || token.start < long[next]!.start
  })
}

/** Strings with `+` between them as one. */
function joined(tokens: readonly SourceToken[]): SourceToken[] {
  const result: SourceToken[] = []
  for (const token of tokens) {
    const [first, plus] = [result.at(-2), result.at(-1)]
    if (token.kind !== 'string' || first?.kind !== 'string' || !isSignOf(plus, '+')) {
      result.push(token)
      continue
    }
    result.splice(-2, 2, {
      ...first,
      end: token.end,
      hasHoles: first.hasHoles || token.hasHoles,
      parts: first.parts + token.parts,
      text: first.text + token.text,
    })
  }
  return result
}

/** For each token the bracket that it stands in (-1: none) and how many commas stand before it there. */
type Brackets = { parent: number[]; index: number[]; withRole: Set<number> }

function bracketsOf(tokens: readonly SourceToken[]): Brackets {
  const parent: number[] = []
  const index: number[] = []
  const withRole = new Set<number>()
  const open: { at: number; commas: number }[] = []
  for (const [at, token] of tokens.entries()) {
    const top = open.at(-1)
    const isSign = token.kind === 'sign'
    if (isSign && ')]}'.includes(token.text)) open.pop()
    parent.push(top?.at ?? -1)
    index.push(top?.commas ?? 0)
    if (isSign && token.text === ',' && top) top.commas += 1
    if (isSign && '([{'.includes(token.text)) open.push({ at, commas: 0 })
    const next = tokens[at + 1]
    if (top && token.kind !== 'sign' && token.text === 'role' && (isSignOf(next, ':') || isSignOf(next, '='))) {
      withRole.add(top.at)
    }
  }
  return { parent, index, withRole }
}

const isSignOf = (token: SourceToken | undefined, text: string): boolean =>
  token?.kind === 'sign' && token.text === text

/** Deeper nesting than that is no argument list. */
const deepest = 6

function callsOf(tokens: readonly SourceToken[], tree: Brackets, at: number): SourceLiteral['calls'] {
  const calls: SourceLiteral['calls'] = []
  let inside = at
  for (let level = 0; level < deepest; level += 1) {
    const bracket = tree.parent[inside]!
    if (bracket === -1) break
    const name = isSignOf(tokens[bracket], '(') ? dotted(tokens, bracket - 1) : ''
    if (name !== '') calls.push({ name, index: tree.index[inside]! })
    inside = bracket
  }
  return calls
}

/** The dotted name that ends at a token: `PromptTemplate.from_template`. */
function dotted(tokens: readonly SourceToken[], last: number): string {
  const parts: string[] = []
  for (let at = last; parts.length < deepest; at -= 2) {
    const token = tokens[at]
    if (token?.kind !== 'word') break
    parts.unshift(token.text)
    if (!isSignOf(tokens[at - 1], '.')) break
  }
  return parts.join('.')
}

/** Wrappers that only take indentation away. */
const dedents = /^(?:textwrap\.|inspect\.)?(?:dedent|cleandoc)$|^(?:String\.raw|outdent|stripIndent)$/

type Named = Pick<SourceLiteral, 'name' | 'isAssigned'>

/** What a string is the value of; wrappers, brackets around it and defaults are looked through. */
function nameOf(tokens: readonly SourceToken[], at: number, isPython: boolean): Named {
  let before = at - 1
  for (let level = 0; level < deepest; level += 1) {
    const sign = tokens[before]
    if (!isPython && sign?.kind === 'word' && dedents.test(dotted(tokens, before))) before -= 1
    if (isSignOf(tokens[before], '(')) {
      const call = dotted(tokens, before - 1)
      if (call === '') before -= 1
      else if (dedents.test(call)) before -= call.split('.').length * 2
      else break
      continue
    }
    break
  }
  const fallback = defaultOf(tokens, before, isPython)
  if (fallback) return fallback
  const sign = tokens[before]
  if (isSignOf(sign, '=')) {
    const name = targetOf(tokens, before - 1)
    return { name, isAssigned: name !== null && !isArgument(tokens, before - 1) }
  }
  if (!isSignOf(sign, ':')) return { name: null, isAssigned: false }
  const key = tokens[before - 1]
  const isKey = key?.kind === 'string' || (!isPython && key?.kind === 'word')
  return { name: isKey ? key.text : null, isAssigned: false }
}

/** `name`, `x.name`, `x["name"]`, `name: type` before an equals sign. */
function targetOf(tokens: readonly SourceToken[], last: number): string | null {
  const token = tokens[last]
  if (isSignOf(token, ']') && tokens[last - 1]?.kind === 'string' && isSignOf(tokens[last - 2], '[')) {
    return tokens[last - 1]!.text
  }
  // An annotation stands between the name and the sign; a dozen tokens is a long one.
  for (let at = last; at > last - 12 && at > 0; at -= 1) {
    const each = tokens[at]!
    if (each.kind === 'sign' && !'.[]|,<>?:'.includes(each.text)) break
    if (!isSignOf(each, ':')) continue
    const name = isSignOf(tokens[at - 1], '?') ? tokens[at - 2] : tokens[at - 1]
    if (name?.kind === 'word') return name.text
    break
  }
  return token?.kind === 'word' ? token.text : null
}

/** A keyword argument stands behind an opening bracket or a comma; an assignment begins its statement. */
const isArgument = (tokens: readonly SourceToken[], at: number): boolean =>
  isSignOf(tokens[at - 1], '(') || isSignOf(tokens[at - 1], ',')

const reads = /(?:^|\.)(?:environ\.get|getenv)$/

/** `os.environ.get("MODEL", "…")`, `process.env.MODEL ?? "…"`: the name that takes the value, else that of the variable. */
function defaultOf(tokens: readonly SourceToken[], before: number, isPython: boolean): Named | null {
  if (isSignOf(tokens[before], ',') && tokens[before - 1]?.kind === 'string' && isSignOf(tokens[before - 2], '(')) {
    const call = dotted(tokens, before - 3)
    if (!reads.test(call)) return null
    const first = before - 2 - call.split('.').length * 2
    return defaultNamed(tokens, first, tokens[before - 1]!.text)
  }
  const isOr = isPython
    ? tokens[before]?.kind === 'word' && tokens[before]!.text === 'or'
    : ['?', '|'].some((sign) => isSignOf(tokens[before], sign) && isSignOf(tokens[before - 1], sign))
  const operand = before - (isPython ? 1 : 2)
  const last = tokens[operand]
  if (!isOr || last?.kind !== 'word') return null
  return defaultNamed(tokens, operand - dotted(tokens, operand).split('.').length * 2 + 1, last.text)
}

function defaultNamed(tokens: readonly SourceToken[], before: number, variable: string): Named {
  const outer = isSignOf(tokens[before], '=')
    ? targetOf(tokens, before - 1)
    : isSignOf(tokens[before], ':') && tokens[before - 1]?.kind !== 'sign'
      ? (tokens[before - 1]?.text ?? null)
      : null
  const own = /model/i.test(variable) ? 'model' : variable
  return {
    name: outer && /model|engine|deployment|prompt|instructions|_template/i.test(outer) ? outer : own,
    isAssigned: true,
  }
}
