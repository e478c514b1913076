import { gatesOf } from '../../../registry/config.ts'
import { minimumDetectableDrop } from '../../../stats/mde.ts'
import { defineRule } from '../../rule.ts'

export const evalTooFew = defineRule({
  meta: {
    id: 'eval/too-few',
    severity: 'warning',
    summary: 'The golden set has as many cases as the golden gate asks for.',
    fixable: false,
    on: 'prompt',
  },
  check({ prompt, golden, config, report }) {
    const n = golden?.cases.length ?? 0
    if (n === 0 || prompt.status !== 'active') return
    const needs = gatesOf(prompt, config).golden.min_cases
    if (n >= needs) return
    const cases = `${n} case${n === 1 ? '' : 's'}`
    // No fixes: what breaks is not hidden by what got better.
    const drop = minimumDetectableDrop(n, 0)
    const seen =
      drop === null
        ? `no drop at all would be noticed.`
        : `only a drop of ${Math.ceil(drop * 100)} points or more would be noticed.`
    report(prompt.spans['/gates/golden/min_cases'] ?? prompt.spans['/version#key'] ?? prompt.spans['']!, {
      message: `${cases}, the golden gate asks for ${needs}. With ${cases} ${seen}`,
      data: { cases: n, min_cases: needs, drop: drop === null ? null : Math.round(drop * 1000) / 1000 },
    })
  },
})
