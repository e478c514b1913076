import { defineRule } from '../../rule.ts'

export const modelPreview = defineRule({
  meta: { id: 'model/preview', severity: 'warning', summary: 'The model is no preview.', fixable: false, on: 'prompt' },
  check(context) {
    for (const { classified, text, span } of context.models()) {
      if (classified.verdict !== 'preview') continue
      context.report(span, {
        message: `"${text}" is a preview: it may change or end within weeks.`,
        data: { model: text },
      })
    }
  },
})
