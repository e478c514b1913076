import { scalarText } from '../../../registry/edit.ts'

import { defineRule } from '../../rule.ts'

export const modelMoving = defineRule({
  meta: {
    id: 'model/moving',
    severity: 'error',
    summary: 'The model is no name that moves without notice.',
    fixable: true,
    on: 'prompt',
  },
  check(context) {
    for (const { classified, text, span } of context.models()) {
      if (classified.verdict !== 'moving') continue
      const source = context.text.slice(span.start, span.end)
      context.report(span, {
        message: `"${text}" moves without notice. Name a dated or fixed model.`,
        fixes: classified.pins
          .filter((pin) => !pin.startsWith('+'))
          .map((pin) => ({ title: `Pin to ${pin}`, safe: false, edits: [{ span, text: scalarText(pin, source) }] })),
        data: { model: text, pins: classified.pins },
      })
    }
  },
})
