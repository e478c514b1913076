import { compareFields } from '../diff/fields.ts'
import type { FieldChange } from '../diff/prompt-diff.ts'
import type { PromptFile } from '../registry/prompt-file.ts'

/** The keys of a prompt file that changed and need a version, `system and model`: texts first. */
export function changedParts(
  base: PromptFile,
  head: PromptFile,
  fields: readonly FieldChange[] = compareFields(base, head),
): string {
  const parts = new Set(fields.filter(({ meaning }) => meaning !== 'note').map((field) => partOf(field, head)))
  const ordered = [...parts].toSorted((a, b) => Number(isText(b)) - Number(isText(a)))
  const last = ordered.pop()
  if (last === undefined) return 'The prompt'
  return ordered.length === 0 ? last : `${ordered.join(', ')} and ${last}`
}

const isText = (part: string): boolean => part === 'system' || part === 'user_template' || part === 'messages'

function partOf({ pointer }: FieldChange, head: PromptFile): string {
  const [, top, second] = pointer.split('/')
  if (top === 'parameters') return second === 'temperature' ? 'temperature' : `parameters.${second}`
  if (top !== 'messages' || head.spans['/messages']) return top ?? 'The prompt'
  return head.messages[Number(second)]?.role === 'system' ? 'system' : 'user_template'
}
