import { scalarText } from '../../../registry/edit.ts'

import { defineRule } from '../../rule.ts'

export const modelOpaque = defineRule({
  meta: {
    id: 'model/opaque',
    severity: 'error',
    summary: 'A deployment says which model answers.',
    fixable: true,
    on: 'prompt',
  },
  check(context) {
    for (const { classified, text, span } of context.models()) {
      if (classified.verdict !== 'opaque') continue
      const source = context.text.slice(span.start, span.end)
      const isShort =
        context.prompt.spans['/model']?.start === span.start && context.prompt.spans['/model/id'] === undefined
      const fields = `model_version: "…", version_upgrade_option: NoAutoUpgrade`
      context.report(span, {
        message: `"${text}" is a deployment name; it does not say which model answers. Add model_version and version_upgrade_option: NoAutoUpgrade.`,
        // The version is for a person to fill in, so the fix is only offered.
        fixes: isShort
          ? [
              {
                title: 'Write the model as an object',
                safe: false,
                edits: [{ span, text: `{ id: ${scalarText(text, source)}, ${fields} }` }],
              },
            ]
          : [],
        data: { model: text },
      })
    }
  },
})
