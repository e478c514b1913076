import { scalarText } from '../../../registry/edit.ts'
import { retirementOf } from '../../model-sites.ts'
import { defineRule } from '../../rule.ts'

export const modelRetired = defineRule({
  meta: {
    id: 'model/retired',
    severity: 'error',
    summary: 'The model has not been shut down.',
    fixable: true,
    on: 'prompt',
  },
  check(context) {
    for (const site of context.models()) {
      const end = retirementOf(site, context)
      if (!end?.shutdown || end.precision !== 'exact' || end.shutdown > context.today) continue
      const fails = end.after_shutdown === 'error' || site.model.version_upgrade_option === 'NoAutoUpgrade'
      if (!fails) continue
      const source = context.text.slice(site.span.start, site.span.end)
      const named =
        end.replacement.length > 0 ? ` Replacement named by the provider: ${end.replacement.join(' or ')}.` : ''
      context.report(site.span, {
        message: `"${site.text}" was shut down on ${end.shutdown} (${end.channel}).${named}`,
        // Advice of the provider has changed between announcements, so it is never applied without being asked for.
        fixes: end.replacement.map((id) => ({
          title: `Replace by ${id}`,
          safe: false,
          edits: [{ span: site.span, text: scalarText(id, source) }],
        })),
        data: { model: site.text, shutdown: end.shutdown, replacement: end.replacement },
      })
    }
  },
})
