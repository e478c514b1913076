import { daysBetween } from '../../../changelog/check.ts'
import { retirementOf } from '../../model-sites.ts'
import { defineRule } from '../../rule.ts'

export const modelRerouted = defineRule({
  meta: {
    id: 'model/rerouted',
    severity: 'error',
    summary: 'The provider does not answer calls to the model by another one.',
    fixable: false,
    on: 'prompt',
  },
  check(context) {
    for (const site of context.models()) {
      const end = retirementOf(site, context)
      if (!end?.shutdown || end.after_shutdown !== 'reroute') continue
      const days = daysBetween(context.today, end.shutdown)
      if (days > context.config.lint.retiring.warn_days) continue
      const when = end.precision === 'exact' ? `From ${end.shutdown}` : `From ${end.shutdown} at the earliest`
      const other = end.replacement.length > 0 ? end.replacement.join(' or ') : 'another model'
      context.report(site.span, {
        message: `${when} calls to "${site.text}" are answered by ${other} at its price (${end.channel}).`,
        // "Not before" says nothing for sure, ever.
        severity: days <= 0 && end.precision === 'exact' ? 'error' : 'warning',
        data: { model: site.text, shutdown: end.shutdown, days, replacement: end.replacement },
      })
    }
  },
})
