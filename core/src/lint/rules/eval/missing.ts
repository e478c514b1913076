import type { Fix } from '../../../findings.ts'
import { builtInNames } from '../../../registry/built-in.ts'
import type { InputSpec } from '../../../registry/prompt-file.ts'
import { goldenPathsOf } from '../../../registry/registry.ts'
import type { Json } from '../../../text/json.ts'
import { defineRule } from '../../rule.ts'
import type { RuleContext } from '../../rule.ts'

export const evalMissing = defineRule({
  meta: {
    id: 'eval/missing',
    severity: 'warning',
    summary: 'An active prompt has golden cases.',
    fixable: true,
    on: 'prompt',
  },
  check(context) {
    const { prompt, golden, baseGoldenCases, config, report } = context
    if (golden && golden.cases.length > 0) return
    // Cases that base had and that are gone are worse than cases that never were.
    const lost = baseGoldenCases > 0
    if (!lost && (prompt.status !== 'active' || prompt.evals.skip !== undefined)) return
    const path = golden?.path ?? goldenPathsOf(prompt, config)[0] ?? ''
    // What was lost is to be found again, not started anew; a file that is there is for a person to fill.
    const fixes = lost || golden || !/\.ya?ml$/.test(path) ? [] : [firstCase(path, context)]
    report(prompt.spans['/version#key'] ?? prompt.spans['']!, {
      severity: lost ? 'error' : 'warning',
      message: `${prompt.name} has no golden cases: its behaviour is not tested (${path}).`,
      fixes,
      data: { path, base_cases: baseGoldenCases },
    })
  },
})

/** A set with one case that gives every input: its sample, else an empty value of its type. */
function firstCase(path: string, context: RuleContext): Fix {
  const { inputs } = context.prompt
  const used = context.templates().flatMap(({ parsed }) => parsed.placeholders.map(({ name }) => name))
  const names = [...new Set(inputs ? Object.keys(inputs) : used)].filter((name) => !builtInNames.includes(name))
  const lines = names.map((name) => `      ${name}: ${JSON.stringify(valueFor(inputs?.[name] ?? {}))}\n`)
  const vars = lines.length === 0 ? '    vars: {}\n' : `    vars:\n${lines.join('')}`
  return {
    title: `Create ${path}`,
    safe: false,
    edits: [],
    files: [{ path, text: `version: 1\ncases:\n  - id: first-case\n${vars}` }],
  }
}

const empty: Record<string, Json> = { string: '', number: 0, integer: 0, boolean: false, array: [], object: {} }

const valueFor = ({ sample, default: fallback, enum: allowed, type }: InputSpec): Json =>
  sample ?? fallback ?? allowed?.[0] ?? empty[type ?? 'string'] ?? ''
