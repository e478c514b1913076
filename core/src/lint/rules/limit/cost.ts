import { limitsOf } from '../../../registry/config.ts'
import { defineRule } from '../../rule.ts'
import { grouped, worstCase } from '../../worst-case.ts'

export const limitCost = defineRule({
  meta: {
    id: 'limit/cost',
    severity: 'warning',
    summary: 'The dearest request stays under max_cost_usd.',
    fixable: false,
    on: 'prompt',
  },
  check(context) {
    const { prompt, config, priceOf, report } = context
    const cap = limitsOf(prompt, config).max_cost_usd
    if (cap === undefined || !priceOf) return
    const worst = worstCase(context, prompt.model)
    if (!worst || worst.input === null || worst.output === null) return
    const cost = priceOf(prompt.model, { inputTokens: worst.input, outputTokens: worst.output })
    // An unknown price is no price of zero, and gates say so where it matters.
    if (cost === null || cost <= Math.round(cap * 1e6)) return
    report(prompt.spans['/limits/max_cost_usd'] ?? prompt.spans['/limits'] ?? prompt.spans['/model']!, {
      message: `One request can cost ${dollars(cost)} (${grouped(worst.input)} in, ${grouped(worst.output)} out), over max_cost_usd ${cap}.`,
      data: { cost_micro_usd: cost, input_tokens: worst.input, output_tokens: worst.output },
    })
  },
})

/** Rounded up to two digits that say something: `$0.18`, `$0.0042`. */
function dollars(micro: number): string {
  const digits = micro >= 10_000 ? 2 : 4
  return `$${(Math.ceil((micro / 1e6) * 10 ** digits - 1e-6) / 10 ** digits).toFixed(digits)}`
}
