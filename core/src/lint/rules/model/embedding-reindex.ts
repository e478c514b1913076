import type { Json, JsonObject } from '../../../text/json.ts'
import { isJsonObject } from '../../../text/json.ts'
import { canonicalJson } from '../../../text/canonical-json.ts'
import { defineRule } from '../../rule.ts'

const parts = ['model', 'dimensions', 'revision'] as const

export const modelEmbeddingReindex = defineRule({
  meta: {
    id: 'model/embedding-reindex',
    severity: 'error',
    summary: 'Another embedding model, size or revision comes with another index.',
    fixable: false,
    on: 'prompt',
  },
  check({ prompt, base, report }) {
    const [was, now] = [base?.embedding, prompt.embedding]
    // Without a name nobody can tell which index is meant.
    if (!was || !now || typeof now.index !== 'string' || now.index !== was.index) return
    const changed = parts.filter((part) => keyOf(was, part) !== keyOf(now, part))
    const [first] = changed
    if (first === undefined) return
    const change = changed
      .map((part) => `embedding.${part} changed from ${difference(was[part], now[part])}`)
      .join(' and ')
    report(prompt.spans['/embedding/index'] ?? prompt.spans[`/embedding/${first}`] ?? prompt.spans['/embedding']!, {
      message: `${change} but index is still "${now.index}": old vectors do not match. Build a new index and name it.`,
      data: { index: now.index, changed },
    })
  },
})

const keyOf = (embedding: JsonObject, part: (typeof parts)[number]): string => canonicalJson(embedding[part] ?? null)

const nameOf = (value: Json | undefined): string =>
  value === undefined ? 'none' : isJsonObject(value) ? String(value.id) : String(value)

/** `text-embedding-3-small to -large`: what two names share up to their last part is said once. */
function difference(from: Json | undefined, to: Json | undefined): string {
  const [a, b] = [nameOf(from), nameOf(to)]
  const cut = a.lastIndexOf('-')
  const isShort = cut > 0 && b.lastIndexOf('-') === cut && b.startsWith(a.slice(0, cut)) && a !== b
  return `${a} to ${isShort ? b.slice(cut) : b}`
}
