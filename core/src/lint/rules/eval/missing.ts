import { goldenPathsOf } from '../../../registry/registry.ts'
import { defineRule } from '../../rule.ts'

export const evalMissing = defineRule({
  meta: {
    id: 'eval/missing',
    severity: 'warning',
    summary: 'An active prompt has golden cases.',
    fixable: false,
    on: 'prompt',
  },
  check({ prompt, golden, baseGoldenCases, config, report }) {
    if (golden && golden.cases.length > 0) return
    // Cases that base had and that are gone are worse than cases that never were.
    const lost = baseGoldenCases > 0
    if (!lost && (prompt.status !== 'active' || prompt.evals.skip !== undefined)) return
    const path = golden?.path ?? goldenPathsOf(prompt, config)[0] ?? ''
    report(prompt.spans['/version#key'] ?? prompt.spans['']!, {
      severity: lost ? 'error' : 'warning',
      message: `${prompt.name} has no golden cases: its behaviour is not tested (${path}).`,
      data: { path, base_cases: baseGoldenCases },
    })
  },
})
