import { memberPointer, removeKey } from '../../../registry/edit.ts'
import { defineRule } from '../../rule.ts'

/** Each removal looks through the whole file; the rest is removed in the next round. */
const mostFixes = 100

export const templateUnused = defineRule({
  meta: {
    id: 'template/unused',
    severity: 'warning',
    summary: 'Every declared input is used by a template.',
    fixable: true,
    on: 'prompt',
  },
  check(context) {
    const { prompt, golden, text, report } = context
    const used = new Set(context.templates().flatMap(({ parsed }) => parsed.placeholders.map(({ name }) => name)))
    let fixes = 0
    for (const name of Object.keys(prompt.inputs ?? {})) {
      if (used.has(name)) continue
      const pointer = memberPointer('/inputs', name)
      fixes += 1
      const edit = fixes > mostFixes ? null : removeKey(text, prompt.spans, pointer)
      const isSet = golden?.cases.some(({ vars }) => Object.hasOwn(vars, name)) ?? false
      report(prompt.spans[`${pointer}#key`] ?? prompt.spans['/inputs']!, {
        message: `Input "${name}" is declared but no template uses it.`,
        fixes: edit ? [{ title: `Remove ${name}`, safe: !isSet, edits: [edit] }] : [],
        data: { name },
      })
    }
  },
})
