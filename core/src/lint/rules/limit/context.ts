import type { Fix } from '../../../findings.ts'
import type { ModelRef } from '../../../registry/prompt-file.ts'
import { defineRule } from '../../rule.ts'
import type { RuleContext } from '../../rule.ts'
import { fixedTokens, grouped, longestCase, worstCase } from '../../worst-case.ts'
import type { WorstCase } from '../../worst-case.ts'

export const limitContext = defineRule({
  meta: {
    id: 'limit/context',
    severity: 'error',
    summary: 'The longest request with its answer fits the context window of every model that may get it.',
    fixable: true,
    on: 'prompt',
  },
  check(context) {
    const { prompt, report } = context
    const seen = new Set<string>()
    for (const model of [prompt.model, ...prompt.fallbacks.map((fallback) => fallback.model)]) {
      if (seen.has(model.id)) continue
      seen.add(model.id)
      // An unknown window gives no finding: nothing could be compared.
      const window = context.limits?.(model)?.context ?? null
      const worst = window === null ? null : worstCase(context, model)
      if (window === null || worst === null) continue
      if (worst.input === null) {
        const name = worst.unbounded!
        report(prompt.spans[`/inputs/${name}#key`] ?? prompt.spans['/model']!, {
          severity: 'info',
          message: `${name} has no max_tokens, so the context limit cannot be checked.`,
        })
        return
      }
      const over = worst.input + (worst.output ?? 0) - window
      if (over > 0) reportOver(context, model, window, worst, over)
      else reportCase(context, model, window, worst.output ?? 0)
    }
  },
})

function reportOver(context: RuleContext, model: ModelRef, window: number, worst: WorstCase, over: number): void {
  const { prompt, report } = context
  const { lever } = worst
  const canLower = lever !== null && lever.tokens > over
  const span = lever ? prompt.spans[lever.pointer] : undefined
  const advice = canLower ? `Lower ${lever.name} by ${grouped(over)}.` : 'Lower limits.max_output_tokens or the inputs.'
  const fixes: Fix[] =
    canLower && span
      ? [
          {
            title: `Set ${lever.name} to ${lever.tokens - over}`,
            safe: false,
            edits: [{ span, text: String(lever.tokens - over) }],
          },
        ]
      : []
  const most = worst.input! + (worst.output ?? 0)
  report(span ?? prompt.spans['/limits'] ?? prompt.spans['/model']!, {
    message: `Up to ${tokens(most, worst.exact)} do not fit the ${grouped(window)} of ${model.id}. ${advice}`,
    fixes,
    data: { model: model.id, tokens: most, context: window },
  })
}

/** Inputs without `max_tokens` are cut by the limit on paper; the longest case shows what really comes. */
function reportCase(context: RuleContext, model: ModelRef, window: number, output: number): void {
  const longest = longestCase(context, model)
  const fixed = fixedTokens(context, model)
  if (!longest || !fixed) return
  const most = longest.tokens + fixed.tokens + output
  if (most <= window) return
  context.reportCase(longest.one, {
    message: `Case ${longest.one.id} takes ${tokens(most, longest.exact && fixed.exact)}, which do not fit the ${grouped(window)} of ${model.id}.`,
    data: { model: model.id, tokens: most, context: window, case: longest.one.id },
  })
}

const tokens = (count: number, exact: boolean): string => `${grouped(count)} tokens${exact ? '' : ' (estimate)'}`
