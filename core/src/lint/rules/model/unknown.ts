import { retirementOf } from '../../model-sites.ts'
import { defineRule } from '../../rule.ts'

export const modelUnknown = defineRule({
  meta: {
    id: 'model/unknown',
    severity: 'info',
    summary: 'The catalogue knows the model.',
    fixable: false,
    on: 'prompt',
  },
  check(context) {
    const { asOf } = context.catalog
    for (const site of context.models()) {
      const { classified, text, span } = site
      // A model with a shutdown date is known, if only by its end.
      if (classified.verdict !== 'unknown' || retirementOf(site, context) !== null) continue
      context.report(span, {
        message: `"${text}" is not in the catalogue as of ${asOf}, so Assay cannot tell if it is pinned. Add it under "models" in assay.yaml.`,
        data: { model: text },
      })
    }
  },
})
