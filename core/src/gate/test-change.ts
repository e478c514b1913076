import { canonicalJson } from '../text/canonical-json.ts'
import type { Json } from '../text/json.ts'
import type { Case, GoldenSet } from '../registry/golden.ts'
import type { TestChange } from './verdict.ts'

// What a case means: its place in the file and its line do not count.
const meaning = ({ index: _, line: __, span: ___, path: ____, ...rest }: Case): string =>
  canonicalJson(JSON.parse(JSON.stringify(rest)) as Json)

/** Which cases of a golden set were added, removed or edited; null when the two sets mean the same. */
export function testChange(base: GoldenSet | null, head: GoldenSet | null): TestChange | null {
  if (base?.hash === head?.hash) return null
  const before = new Map((base?.cases ?? []).map((c) => [c.id, c]))
  const after = new Map((head?.cases ?? []).map((c) => [c.id, c]))
  const added = [...after.keys()].filter((id) => !before.has(id))
  const removed = [...before.keys()].filter((id) => !after.has(id))
  const edited = [...after]
    .filter(([id, c]) => before.has(id) && meaning(before.get(id)!) !== meaning(c))
    .map(([id]) => id)
  return added.length + removed.length + edited.length === 0 ? null : { added, removed, edited, other: [] }
}
