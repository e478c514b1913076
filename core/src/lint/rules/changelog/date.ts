import { dateProblems } from '../../../changelog/check.ts'
import { setScalar } from '../../../registry/edit.ts'
import { defineRule } from '../../rule.ts'

export const changelogDate = defineRule({
  meta: {
    id: 'changelog/date',
    severity: 'error',
    summary: 'Changelog dates exist, lie not in the future and do not run backwards.',
    fixable: true,
    on: 'prompt',
  },
  check({ prompt, text, today, report }) {
    for (const { index, message } of dateProblems(prompt.changelog, today)) {
      const span = prompt.spans[`/changelog/${index}/date`]
      report(span ?? prompt.spans['/changelog']!, {
        message,
        fixes: span ? [{ title: `Write ${today}`, safe: false, edits: [setScalar(text, span, today)] }] : [],
      })
    }
  },
})
