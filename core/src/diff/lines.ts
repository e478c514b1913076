import { diffLines } from 'diff'
import type { PromptFile } from '../registry/prompt-file.ts'

/** Lines that came and went, without blank ones; `rewritten` when the texts are too far apart to compare line by line. */
export type LineChange = { added: string[]; removed: string[]; rewritten: boolean }

// The algorithm takes time in proportion to the number of edits times the length; beyond this a list of lines helps nobody.
const maxEdits = 2000

/** Compares the texts of two prompts message by message; lines that differ in white space only are equal. */
export function compareLines(base: Pick<PromptFile, 'messages'>, head: Pick<PromptFile, 'messages'>): LineChange {
  const change: LineChange = { added: [], removed: [], rewritten: false }
  for (let index = 0; index < Math.max(base.messages.length, head.messages.length); index += 1) {
    const before = base.messages[index]?.template ?? ''
    const after = head.messages[index]?.template ?? ''
    if (before === after) continue
    const parts = diffLines(foldLines(before), foldLines(after), { maxEditLength: maxEdits })
    if (!parts) {
      change.rewritten = true
      continue
    }
    for (const part of parts) {
      if (!part.added && !part.removed) continue
      const lines = part.value.split('\n').filter((line) => line !== '')
      ;(part.added ? change.added : change.removed).push(...lines)
    }
  }
  return change
}

const foldLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '')
    .map((line) => `${line}\n`)
    .join('')

/** The text of a message with every run of white space as one space: equal means nothing but white space changed. */
export const foldText = (text: string): string => text.trim().replace(/\s+/g, ' ')
