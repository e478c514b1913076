import { isJsonObject } from '../text/json.ts'
import type { Json } from '../text/json.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import type { LineChange } from './lines.ts'
import type { FieldChange, PromptChange } from './prompt-diff.ts'

const maxQuoted = 2
const maxLine = 80
const maxValue = 40

type Subject = {
  base: PromptFile
  head: PromptFile
  fields: FieldChange[]
  lines: LineChange
  tokens: PromptChange['tokens']
}

/** The change as one plain sentence: lines, then model, parameters and what else changed, then tokens. */
export function wordsOf({ base, head, fields, lines, tokens }: Subject): string {
  const parts = [...lineWords(lines)]
  for (const field of fields) {
    const said = fieldWords(field, base, head)
    if (said !== null) parts.push(said)
  }
  const onlySpace =
    fields.length > 0 && fields.every(({ pointer, meaning }) => pointer.startsWith('/messages/') && meaning === 'limit')
  if (onlySpace) return 'white space only'
  if (parts.length === 0 && fields.some(({ pointer }) => pointer.startsWith('/messages/')))
    parts.push('changes the order or roles of the texts')
  const difference = tokens.after - tokens.before
  if (difference !== 0)
    parts.push(`${tokens.exact ? '' : 'about '}${difference > 0 ? '+' : '−'}${tokenCount(Math.abs(difference))}`)
  return parts.length > 0 ? parts.join('; ') : 'no change'
}

/** `new prompt, 2 messages, model gpt-5-mini, about 70 tokens` */
export function newPromptWords(head: PromptFile, tokens: PromptChange['tokens']): string {
  const count = head.messages.length
  return `new prompt, ${count} message${count === 1 ? '' : 's'}, model ${shortDigest(head.modelText)}, ${tokens.exact ? '' : 'about '}${tokenCount(tokens.after)}`
}

// 64 hex digits tell a reader nothing that eight do not.
const shortDigest = (model: string): string => model.replace(/@sha256:([0-9a-f]{8})[0-9a-f]{56}$/, '@sha256:$1…')

const tokenCount = (count: number): string => `${count.toLocaleString('en-US')} token${count === 1 ? '' : 's'}`

function lineWords({ added, removed, rewritten }: LineChange): string[] {
  const words = []
  if (removed.length > 0) words.push(`removes ${quoted(removed)}`)
  if (added.length > 0) words.push(`adds ${quoted(added)}`)
  if (rewritten) words.push('rewrites the text')
  return words
}

function quoted(lines: string[]): string {
  const shown = lines.slice(0, maxQuoted).map((line) => `"${clip(line, maxLine)}"`)
  const more = lines.length - shown.length
  const last = more > 0 ? `${more} more line${more === 1 ? '' : 's'}` : shown.pop()!
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`
}

/** null: said elsewhere (lines), or of no interest to a reader of the change. */
function fieldWords(field: FieldChange, base: PromptFile, head: PromptFile): string | null {
  const { pointer, before, after, words } = field
  if (pointer.startsWith('/messages/')) return null
  if (pointer === '/model') {
    const [from, to] = [shortDigest(base.modelText), shortDigest(head.modelText)]
    return from === to ? `settings of model ${to} changed` : `model ${from} → ${to}`
  }
  if (pointer === '/name') return `renamed ${base.name} → ${head.name}`
  if (pointer.startsWith('/inputs/') || pointer.startsWith('/output_schema')) {
    const isScalar = !isJsonObject(before) && !isJsonObject(after) && pointer.startsWith('/inputs/')
    const subject = pointer.startsWith('/output_schema/') ? `output_schema: ${words}` : words
    return isScalar && before !== null && after !== null && typeof before !== 'boolean'
      ? `${subject} ${show(before)} → ${show(after)}`
      : subject
  }
  if (isLarge(before) || isLarge(after)) return `${words} changed`
  if (before === null) return `${words} ${show(after)} added`
  return after === null ? `${words} ${show(before)} removed` : `${words} ${show(before)} → ${show(after)}`
}

const isLarge = (value: Json): boolean =>
  typeof value === 'object' && value !== null && JSON.stringify(value).length > maxValue

const show = (value: Json): string => clip(typeof value === 'string' ? value : JSON.stringify(value), maxValue)

/** Cut between code points, so that no half of an emoji is left. */
function clip(text: string, limit: number): string {
  const characters = [...text]
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('')}…`
}
