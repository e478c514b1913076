import { isAlias, isMap, isScalar } from 'yaml'
import type { Document, Pair, Node, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import type { Json, JsonObject } from '../text/json.ts'
import type { Span } from '../text/span.ts'
import type { Problems } from './problems.ts'

const maxAliases = 100
const maxExpandedNodes = 50_000

/** Keys that would reach an object's prototype in careless code. */
const prototypeKeys = new Set(['__proto__', 'constructor', 'prototype'])

type Walk = {
  text: string
  problems: Problems
  spans: Record<string, Span>
  anchors: Map<string, Node>
  /** Anchored nodes that are being read: an alias to one of them is a cycle. */
  open: Set<Node>
  /** Inside an alias everything stands at the place of the alias, and nothing is reported twice. */
  aliasSpan: Span | null
  aliases: number
  nodes: number
}

class Refused extends Error {}

/**
 * The value of a parsed document and the places of its parts. Reads nodes, because the package's `toJS` throws on an alias
 * without its anchor and on cycles, which the parser does not list among its errors. null: the document is refused as a whole.
 */
export function valueOf(
  doc: Document.Parsed,
  text: string,
  problems: Problems,
): { value: Json; spans: Record<string, Span> } | null {
  const spans: Record<string, Span> = Object.create(null)
  const walk: Walk = {
    text,
    problems,
    spans,
    anchors: new Map(),
    open: new Set(),
    aliasSpan: null,
    aliases: 0,
    nodes: 0,
  }
  try {
    return { value: read(doc.contents, '', walk) ?? null, spans }
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

/** undefined: a problem was reported and the value is left out. */
function read(node: Node | null, pointer: string, walk: Walk): Json | undefined {
  walk.nodes += 1
  const span = spanOf(node, walk)
  if (walk.aliases > 0 && walk.nodes > maxExpandedNodes) {
    refuse(walk, span, `Aliases expand to more than ${maxExpandedNodes.toLocaleString('en-US')} nodes.`)
  }
  walk.spans[pointer] = span
  if (node === null) return null
  if (isAlias(node)) return readAlias(node.source, span, pointer, walk)
  if (node.tag !== undefined && walk.aliasSpan === null) {
    walk.problems.schema(span, 'tag', `Tags are not allowed: remove "${node.tag.replace('tag:yaml.org,2002:', '!!')}".`)
  }
  const anchor = (node as Scalar).anchor
  if (anchor !== undefined) {
    walk.anchors.set(anchor, node)
    walk.open.add(node)
  }
  const value = isScalar(node)
    ? readScalar(node, span, walk)
    : isMap(node)
      ? readMap(node, pointer, walk)
      : readList(node, pointer, walk)
  if (anchor !== undefined) walk.open.delete(node)
  return value
}

function readAlias(name: string, span: Span, pointer: string, walk: Walk): Json | undefined {
  walk.aliases += 1
  const target = walk.anchors.get(name)
  if (walk.aliases > maxAliases) refuse(walk, span, `More than ${maxAliases} aliases.`)
  if (!target) refuse(walk, span, `Alias "*${name}" has no anchor "&${name}" above it.`)
  if (walk.open.has(target)) refuse(walk, span, `Alias "*${name}" contains itself.`)
  const outer = walk.aliasSpan
  walk.aliasSpan = outer ?? span
  const value = read(target, pointer, walk)
  walk.aliasSpan = outer
  return value
}

function readMap(node: YAMLMap, pointer: string, walk: Walk): Json {
  const value: JsonObject = {}
  const seen = new Set<string>()
  for (const pair of node.items as Pair<Node | null, Node | null>[]) {
    const key = keyOf(pair.key, seen, walk)
    if (key === null) continue
    const at = `${pointer}/${escapePointer(key)}`
    walk.spans[`${at}#key`] = spanOf(pair.key, walk)
    const item = read(pair.value ?? null, at, walk)
    // An empty value has no node in "? key" form; its place is the end of the key.
    if (!pair.value) walk.spans[at] = endOf(walk.spans[`${at}#key`]!)
    if (item !== undefined) value[key] = item
  }
  return value
}

/** null: reported, the pair is left out. */
function keyOf(node: Node | null, seen: Set<string>, walk: Walk): string | null {
  const span = spanOf(node, walk)
  const report = (message: string): null => {
    if (walk.aliasSpan === null) walk.problems.schema(span, 'key', message)
    return null
  }
  if (!isScalar(node) || typeof node.value !== 'string') {
    const source = walk.text.slice(span.start, span.end)
    if (isScalar(node) && source !== '') return report(`Key ${source} must be a string: write "${source}" in quotes.`)
    return report('A key must be a string.')
  }
  const key = node.value
  if ((node as Scalar).tag !== undefined) return report('Tags are not allowed on keys.')
  // A quoted "<<" is an ordinary key of YAML 1.2, but a reader of the file could not tell; both are refused.
  if (key === '<<') return report('Merge keys ("<<") are not allowed: write the keys out.')
  if (prototypeKeys.has(key)) return report(`Key "${key}" is not allowed.`)
  if (!key.isWellFormed()) return report('A key holds half of a surrogate pair.')
  if (seen.has(key)) return report(`Key "${key}" appears twice.`)
  seen.add(key)
  return key
}

function readList(node: YAMLSeq, pointer: string, walk: Walk): Json {
  return (node.items as (Node | null)[]).map((item, index) => read(item, `${pointer}/${index}`, walk) ?? null)
}

function readScalar(node: Scalar, span: Span, walk: Walk): Json | undefined {
  const { value } = node
  const report = (code: string, message: string): void => {
    if (walk.aliasSpan === null) walk.problems.schema(span, code, message)
  }
  if (typeof value === 'number') {
    const source = walk.text.slice(span.start, span.end)
    if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return value
    report('number', `${source} cannot be kept as a number: write "${source}" in quotes.`)
    return undefined
  }
  if (typeof value === 'string') {
    if (value.isWellFormed()) return value
    report('encoding', 'The text holds half of a surrogate pair.')
    return value.toWellFormed()
  }
  return typeof value === 'boolean' ? value : null
}

function refuse(walk: Walk, span: Span, message: string): never {
  walk.problems.schema(span, 'alias', message)
  throw new Refused(message)
}

function spanOf(node: Node | null, walk: Walk): Span {
  if (walk.aliasSpan) return walk.aliasSpan
  const range = node?.range
  return range ? { start: range[0], end: range[1] } : { start: 0, end: 0 }
}

const endOf = (span: Span): Span => ({ start: span.end, end: span.end })

/** Escapes one step of a JSON pointer (RFC 6901). */
export const escapePointer = (key: string): string =>
  key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key
