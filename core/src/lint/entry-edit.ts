import { insertItem } from '../registry/edit.ts'
import type { TextEdit } from '../text/edit.ts'
import type { RuleContext } from './rule.ts'

/** A new entry at the top of the changelog, dated today; null when there is one already or the list cannot take it. */
export function entryEdit({ prompt, text, today }: RuleContext, version: string, change: string): TextEdit | null {
  if (prompt.changelog.some((entry) => entry.version === version)) return null
  return insertItem(text, prompt.spans, '/changelog', 0, [
    ['version', version],
    ['date', today],
    ['change', change],
  ])
}
