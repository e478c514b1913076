import { defineRule } from '../../rule.ts'

export const securityUntrustedInSystem = defineRule({
  meta: {
    id: 'security/untrusted-in-system',
    severity: 'error',
    summary: 'Untrusted inputs stand in user messages, never in the system message.',
    fixable: false,
    on: 'prompt',
  },
  check(context) {
    const { prompt, report } = context
    const { inputs } = prompt
    if (!inputs || !Object.values(inputs).some(({ untrusted }) => untrusted)) return
    const show = (name: string): string => (prompt.templateFormat === 'mustache' ? `{{${name}}}` : `{${name}}`)
    const target = prompt.spans['/messages'] ? 'a user message' : 'user_template'
    for (const template of context.templates()) {
      if (template.role !== 'system') continue
      for (const { name, span } of template.parsed.placeholders) {
        if (!Object.hasOwn(inputs, name) || !inputs[name]!.untrusted) continue
        report(template.place(span) ?? template.whole, {
          message: `${show(name)} is untrusted text inside the system message. Move it to ${target}.`,
          data: { name },
        })
      }
    }
  },
})
