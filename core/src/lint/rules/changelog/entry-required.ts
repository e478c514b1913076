import { isNewer, isVersion } from '../../../changelog/version.ts'
import { isMeaningful } from '../../../changelog/check.ts'
import { draftChange } from '../../../changelog/draft.ts'
import { diffPrompts } from '../../../diff/prompt-diff.ts'
import { entryEdit } from '../../entry-edit.ts'
import { defineRule } from '../../rule.ts'
import type { RuleContext } from '../../rule.ts'

export const changelogEntryRequired = defineRule({
  meta: {
    id: 'changelog/entry-required',
    severity: 'error',
    summary: 'The newest changelog entry is that of the version, and says what changed.',
    fixable: true,
    on: 'prompt',
  },
  check(context) {
    const { prompt, report } = context
    const { version, changelog } = prompt
    if (!isVersion(version)) return
    const index = changelog.findIndex((entry) => entry.version === version)
    if (index === -1) {
      reportMissing(context)
      return
    }
    const newest = changelog.find((entry) => isNewer(entry.version, version))
    if (newest) {
      report(prompt.spans['/version']!, {
        message: `The changelog has an entry for ${newest.version}, but version is ${version}.`,
      })
    }
    const { change } = changelog[index]!
    const isRepeated = changelog.some((entry, other) => other !== index && entry.change.trim() === change.trim())
    if (change === '' || (isMeaningful(change, index === changelog.length - 1) && !isRepeated)) return
    report(prompt.spans[`/changelog/${index}/change`] ?? prompt.spans['/changelog']!, {
      severity: 'warning',
      message: `Entry ${version} says "${change.trim().slice(0, 80)}": say what changed and why.`,
    })
  },
})

function reportMissing(context: RuleContext): void {
  const { prompt, base, report } = context
  const draft = base ? draftChange(diffPrompts(base, prompt)) : draftChange({ words: '' })
  const edit = entryEdit(context, prompt.version, draft)
  report(prompt.spans['/version']!, {
    message: `No changelog entry for ${prompt.version}.`,
    // The text is for a person to write: a draft says what changed, not why.
    fixes: edit ? [{ title: `Add an entry for ${prompt.version}`, safe: false, edits: [edit] }] : [],
  })
}
