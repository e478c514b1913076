import type { Retirement } from '../../../catalog/catalog.ts'
import { daysBetween } from '../../../changelog/check.ts'
import { command } from '../../../text/command.ts'
import { isNewModel, retirementOf } from '../../model-sites.ts'
import { defineRule } from '../../rule.ts'

export const modelRetiring = defineRule({
  meta: {
    id: 'model/retiring',
    severity: 'warning',
    summary: 'The model is not about to be shut down.',
    fixable: false,
    on: 'prompt',
  },
  check(context) {
    const { warn_days: warn, error_days: error, new_pin_days: newPin } = context.config.lint.retiring
    for (const site of context.models()) {
      const end = retirementOf(site, context)
      if (!end?.shutdown || end.after_shutdown === 'reroute') continue
      const days = daysBetween(context.today, end.shutdown)
      const isPast = days <= 0
      // Past exact dates belong to model/retired; "not before" says nothing for sure, ever.
      if (days > warn || (isPast && end.precision === 'exact')) continue
      const urgent = end.precision === 'exact' && (days <= error || (days <= newPin && isNewModel(site, context)))
      const [replacement] = end.replacement
      context.report(site.span, {
        message: [
          `"${site.text}" ${when(end, days)} (${end.channel}).`,
          ...(replacement === undefined
            ? []
            : [
                `Replacement named by the provider: ${end.replacement.join(' or ')}.`,
                `Compare it with "${command(`eval --model ${replacement}`)}".`,
              ]),
        ].join(' '),
        severity: urgent ? 'error' : 'warning',
        data: { model: site.text, shutdown: end.shutdown, days, replacement: end.replacement },
      })
    }
  },
})

function when({ shutdown, precision }: Retirement, days: number): string {
  const inDays = `in ${days} day${days === 1 ? '' : 's'}`
  if (precision === 'exact') return `shuts down on ${shutdown}, ${inDays}`
  return days > 0
    ? `shuts down not before ${shutdown}, ${inDays} at the earliest`
    : `can shut down any day since ${shutdown}`
}
