import { isNewer, isVersion } from '../../../changelog/version.ts'
import { historyProblems } from '../../../changelog/check.ts'
import type { HistoryProblem } from '../../../changelog/check.ts'
import type { Fix } from '../../../findings.ts'
import { insertItem, setScalar } from '../../../registry/edit.ts'
import type { TextEdit } from '../../../text/edit.ts'
import { defineRule } from '../../rule.ts'
import type { RuleContext } from '../../rule.ts'

export const changelogAppendOnly = defineRule({
  meta: {
    id: 'changelog/append-only',
    severity: 'error',
    summary: 'Every changelog entry of base is still there as it was.',
    fixable: true,
    on: 'prompt',
  },
  check(context) {
    const { prompt, base, baseLabel, report } = context
    if (!base) return
    for (const problem of historyProblems(base.changelog, prompt.changelog)) {
      const { index } = problem
      const verb = index === null ? 'is gone since' : 'differs from'
      const edits = index === null ? insertion(context, problem) : restoration(context, problem, index)
      const fixes: Fix[] =
        edits.length > 0 ? [{ title: `Restore entry ${problem.base.version}`, safe: true, edits }] : []
      const place = index === null ? prompt.spans['/changelog#key'] : prompt.spans[`/changelog/${index}`]
      report(place ?? prompt.spans['/version']!, {
        message: `Entry ${problem.base.version} ${verb} ${baseLabel}: the history of a prompt is not rewritten.`,
        fixes,
      })
    }
  },
})

function restoration({ prompt, text }: RuleContext, { base }: HistoryProblem, index: number): TextEdit[] {
  return (['date', 'change'] as const).flatMap((key) => {
    const span = prompt.spans[`/changelog/${index}/${key}`]
    return span && prompt.changelog[index]![key] !== base[key] ? [setScalar(text, span, base[key])] : []
  })
}

/** Before the first older entry, or at the end. */
function insertion({ prompt, text }: RuleContext, { base }: HistoryProblem): TextEdit[] {
  if (!isVersion(base.version)) return []
  const older = prompt.changelog.findIndex(({ version }) => isNewer(base.version, version))
  const index = older === -1 ? prompt.changelog.length : older
  const edit = insertItem(text, prompt.spans, '/changelog', index, [
    ['version', base.version],
    ['date', base.date],
    ['change', base.change],
  ])
  return edit ? [edit] : []
}
