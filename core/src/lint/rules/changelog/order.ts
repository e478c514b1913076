import { isVersion, newestFirst } from '../../../changelog/version.ts'
import { orderProblems } from '../../../changelog/check.ts'
import type { Fix } from '../../../findings.ts'
import { reorderItems } from '../../../registry/reorder.ts'
import { defineRule } from '../../rule.ts'

export const changelogOrder = defineRule({
  meta: {
    id: 'changelog/order',
    severity: 'error',
    summary: 'The changelog stands newest first, each version once.',
    fixable: true,
    on: 'prompt',
  },
  check({ prompt, text, report }) {
    const entries = prompt.changelog
    const problems = orderProblems(entries)
    if (problems.length === 0) return
    const fixes: Fix[] = []
    if (entries.every(({ version }) => isVersion(version))) {
      const order = entries
        .map((_, index) => index)
        .toSorted((a, b) => newestFirst(entries[a]!.version, entries[b]!.version) || a - b)
      const edit = reorderItems(text, prompt.spans, '/changelog', order)
      if (edit) fixes.push({ title: 'Sort the changelog', safe: true, edits: [edit] })
    }
    for (const { index, message } of problems) {
      report(prompt.spans[`/changelog/${index}/version`] ?? prompt.spans['/changelog']!, { message, fixes })
    }
  },
})
