import { scalarText } from '../../../registry/edit.ts'
import { retirementOf } from '../../model-sites.ts'
import type { ModelSite } from '../../model-sites.ts'
import { defineRule } from '../../rule.ts'
import type { RuleContext } from '../../rule.ts'

export const modelUnpinned = defineRule({
  meta: {
    id: 'model/unpinned',
    severity: 'error',
    summary: 'The model names one fixed build.',
    fixable: true,
    on: 'prompt',
  },
  check(context) {
    for (const site of context.models()) {
      if (site.classified.verdict !== 'alias') continue
      const pins = livePins(site, context)
      const [first] = site.classified.pins
      const advice = first === undefined ? 'Name a dated or fixed model.' : `Pin "${first}", which it serves today.`
      const accepted = site.model.pin === 'alias-ok'
      context.report(site.span, {
        message: `"${site.text}" is an alias: the provider can change what it serves. ${advice}`,
        ...(accepted ? { severity: 'info' as const } : {}),
        // An alias that was accepted with a reason is not pinned behind its owner's back.
        fixes: pins.map((pin) => pinFix(site, pin, context, pin === first && !accepted)),
        data: { model: site.text, pins },
      })
    }
  },
})

const livePins = (site: ModelSite, context: RuleContext): string[] =>
  site.classified.pins.filter((pin) => !pin.startsWith('+') && !isGone(pin, site, context))

function isGone(pin: string, site: ModelSite, context: RuleContext): boolean {
  const end = retirementOf({ ...site, text: pin }, context)
  return end !== null && end.precision === 'exact' && end.shutdown !== null && end.shutdown <= context.today
}

function pinFix(site: ModelSite, pin: string, context: RuleContext, safe: boolean) {
  const source = context.text.slice(site.span.start, site.span.end)
  return { title: `Pin to ${pin}`, safe, edits: [{ span: site.span, text: scalarText(pin, source) }] }
}
