import type { Json } from '../text/json.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import { compareFields } from './fields.ts'
import { compareLines } from './lines.ts'
import type { LineChange } from './lines.ts'
import { newPromptWords, wordsOf } from './words.ts'

/** What a change means for those who call the prompt: `note` needs no new version. */
export type Meaning = 'breaking' | 'behaviour' | 'limit' | 'note'

/** `words` says the change of one field as people would: `termination_date removed`. */
export type FieldChange = { pointer: string; before: Json; after: Json; meaning: Meaning; words: string }

/** What changed between two versions of a prompt. */
export type PromptChange = {
  fields: FieldChange[]
  lines: { added: number; removed: number }
  tokens: { before: number; after: number; exact: boolean }
  /** One plain sentence, without a full stop. */
  words: string
  needs: 'major' | 'minor' | 'patch' | 'none'
}

export type DiffOptions = {
  /** Counts tokens; without it a text is taken to have a token for every four characters. */
  tokens?: (text: string) => number
  /** True when `tokens` counts exactly; else the sentence says "about". */
  exact?: boolean
}

/** Compares two versions of a prompt; without base it is a new prompt. */
export function diffPrompts(base: PromptFile | null, head: PromptFile, o: DiffOptions = {}): PromptChange {
  const count = o.tokens ?? ((text: string) => Math.ceil(text.length / 4))
  const countAll = (prompt: PromptFile): number =>
    prompt.messages.reduce((sum, message) => sum + count(message.template), 0)
  const tokens = {
    before: base ? countAll(base) : 0,
    after: countAll(head),
    exact: o.tokens !== undefined && o.exact === true,
  }
  if (!base) {
    const added = head.messages.reduce((sum, { template }) => sum + template.trimEnd().split('\n').length, 0)
    return { fields: [], lines: { added, removed: 0 }, tokens, words: newPromptWords(head, tokens), needs: 'none' }
  }
  const lines = compareLines(base, head)
  const fields = compareFields(base, head)
  return {
    fields,
    lines: { added: lines.added.length, removed: lines.removed.length },
    tokens,
    words: wordsOf({ base, head, fields, lines, tokens }),
    needs: needsOf(fields),
  }
}

/** The least bump that the meanings ask for, before the rule for versions below 1.0.0. */
export function needsOf(fields: readonly Pick<FieldChange, 'meaning'>[]): PromptChange['needs'] {
  const has = (meaning: Meaning): boolean => fields.some((field) => field.meaning === meaning)
  return has('breaking') ? 'major' : has('behaviour') ? 'minor' : has('limit') ? 'patch' : 'none'
}

export type { LineChange }
