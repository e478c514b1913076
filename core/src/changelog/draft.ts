import type { PromptChange } from '../diff/prompt-diff.ts'

const maxLength = 200

/** The text of the next changelog entry, from what changed. People say why; this says what, so that they need not. */
export function draftChange(change: Pick<PromptChange, 'words'>): string {
  const said = change.words
    .split('; ')
    .filter((part) => !/tokens?$/.test(part))
    .map((part) =>
      part
        .replace(/^removes /, 'removed ')
        .replace(/^adds /, 'added ')
        .replace(/^rewrites /, 'rewrote '),
    )
    .join('; ')
  if (said === '' || said === 'no change') return 'Describe what changed and why'
  if (said === 'white space only') return 'White space only'
  const text = said.charAt(0).toUpperCase() + said.slice(1)
  return text.length <= maxLength ? text : `${[...text].slice(0, maxLength - 1).join('')}…`
}

/** What kind of change an entry names, by the bump it needs. */
export const draftType = (change: Pick<PromptChange, 'fields' | 'needs'>): 'breaking' | 'model' | 'changed' =>
  change.needs === 'major'
    ? 'breaking'
    : change.fields.some(({ pointer }) => pointer === '/model')
      ? 'model'
      : 'changed'
