import type { Case } from '../../../registry/golden.ts'
import { isJsonObject } from '../../../text/json.ts'
import type { Json } from '../../../text/json.ts'
import { defineRule } from '../../rule.ts'

const shortest = 40

export const evalLeak = defineRule({
  meta: {
    id: 'eval/leak',
    severity: 'warning',
    summary: 'No case is answered by the text of the prompt itself.',
    fixable: false,
    on: 'golden',
  },
  check({ prompt, golden, reportCase }) {
    if (!golden || golden.cases.length === 0) return
    const text = folded(prompt.messages.map(({ template }) => template).join('\n'))
    for (const one of golden.cases) {
      const found = leakOf(one, text)
      if (!found) continue
      reportCase(one, {
        message: `Case ${one.id}: ${found.length} characters of its ${found.part} are part of the prompt, so it tests memory.`,
        data: { case: one.id, part: found.part },
      })
    }
  },
})

/** The longest text of a case that stands in the prompt; one finding a case says it. */
function leakOf(one: Case, prompt: string): { part: string; length: number } | null {
  let longest: { part: string; length: number } | null = null
  const values = [
    ...Object.entries(one.vars).map(([name, value]) => ({ part: name, value })),
    ...(one.expected === undefined ? [] : [{ part: 'expected', value: one.expected }]),
  ]
  for (const { part, value } of values) {
    for (const each of strings(value)) {
      // Longer than the prompt: it cannot be a part of it, and need not be folded.
      if (each.length < shortest || each.length > prompt.length * 4) continue
      const text = folded(each)
      if (text.length < shortest || text.length <= (longest?.length ?? 0) || !prompt.includes(text)) continue
      longest = { part, length: text.length }
    }
  }
  return longest
}

const folded = (text: string): string => text.replace(/\s+/g, ' ').trim().toLowerCase()

function* strings(value: Json): Generator<string> {
  if (typeof value === 'string') yield value
  else if (Array.isArray(value)) for (const item of value) yield* strings(item)
  else if (isJsonObject(value)) for (const item of Object.values(value)) yield* strings(item)
}
