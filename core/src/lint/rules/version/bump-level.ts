import { isNewer, stepBetween } from '../../../changelog/version.ts'
import { bumpOf, isHighEnough } from '../../../changelog/bump.ts'
import type { Bump } from '../../../changelog/bump.ts'
import { setScalar } from '../../../registry/edit.ts'
import { changedParts } from '../../changed-parts.ts'
import { pinsOf } from '../../model-sites.ts'
import { defineRule } from '../../rule.ts'
import type { RuleContext } from '../../rule.ts'

export const versionBumpLevel = defineRule({
  meta: {
    id: 'version/bump-level',
    severity: 'error',
    summary: 'The version rises as far as the change asks: the contract needs a major version.',
    fixable: true,
    on: 'prompt',
  },
  check(context) {
    const { prompt, base, report } = context
    if (!base || !isNewer(prompt.version, base.version)) return
    const span = prompt.spans['/version']!
    if (base.canonicalHash === prompt.canonicalHash && base.name === prompt.name) {
      report(span, {
        severity: 'info',
        message: `version went from ${base.version} to ${prompt.version}, but nothing changed that needs a new version.`,
      })
      return
    }
    const bump = bumpOf(base, prompt, { pinsOf: pinsOf(context) })
    if (bump.level === 'none' || isHighEnough(prompt.version, base.version, bump.needs)) return
    report(span, {
      message: `${sentence(context, bump)}, which needs a ${stepBetween(base.version, bump.needs)} version: ${bump.needs}, not ${prompt.version}.`,
      fixes: [{ title: `Set version ${bump.needs}`, safe: false, edits: versionEdits(context, bump.needs) }],
      data: { needs: bump.needs, level: bump.level },
    })
  },
})

function sentence({ base, prompt }: RuleContext, bump: Bump): string {
  const isContract = bump.level === 'major'
  const parts = changedParts(base!, prompt, bump.fields)
  const contract = isContract ? ` ${parts.includes(' and ') ? 'their' : 'its'} contract` : ''
  // For a text or a model the part itself says it all.
  return isContract ? `${parts} changed${contract} (${bump.reason})` : `${parts} changed`
}

/** The version, and the entry that was written for the version that is too low. */
function versionEdits({ prompt, text }: RuleContext, version: string) {
  const edits = [setScalar(text, prompt.spans['/version']!, version)]
  const entry = prompt.spans['/changelog/0/version']
  if (entry && prompt.changelog[0]?.version === prompt.version) edits.push(setScalar(text, entry, version))
  return edits
}
