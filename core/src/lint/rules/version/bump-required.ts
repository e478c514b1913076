import { isNewer, isVersion, nextPatch } from '../../../changelog/version.ts'
import { bumpOf, isHighEnough } from '../../../changelog/bump.ts'
import { draftChange } from '../../../changelog/draft.ts'
import { diffPrompts } from '../../../diff/prompt-diff.ts'
import { changedParts } from '../../changed-parts.ts'
import { entryEdit } from '../../entry-edit.ts'
import { pinsOf } from '../../model-sites.ts'
import { setScalar } from '../../../registry/edit.ts'
import { defineRule } from '../../rule.ts'

export const versionBumpRequired = defineRule({
  meta: {
    id: 'version/bump-required',
    severity: 'error',
    summary: 'What changes a prompt raises its version.',
    fixable: true,
    on: 'prompt',
  },
  check(context) {
    const { prompt, base, baseLabel, text, report } = context
    if (!base || base.canonicalHash === prompt.canonicalHash) return
    if (!isVersion(prompt.version) || !isVersion(base.version) || isNewer(prompt.version, base.version)) return
    const { needs } = bumpOf(base, prompt, { pinsOf: pinsOf(context) })
    const version = isHighEnough(needs, base.version, needs) ? needs : nextPatch(base.version)
    const still =
      prompt.version === base.version ? `still ${prompt.version}` : `${prompt.version}, below ${base.version}`
    const span = prompt.spans['/version']!
    const entry = entryEdit(context, version, draftChange(diffPrompts(base, prompt)))
    report(span, {
      message: `${changedParts(base, prompt)} changed since ${baseLabel} but version is ${still}. Use ${version} or higher.`,
      fixes: [
        {
          title: `Set version ${version} and add a changelog entry`,
          safe: false,
          edits: [setScalar(text, span, version), ...(entry ? [entry] : [])],
        },
      ],
      data: { needs: version },
    })
  },
})
