import type { Fix } from '../../../findings.ts'
import type { TemplateProblem } from '../../../registry/template.ts'
import { lineIndex } from '../../../text/span.ts'
import type { LineIndex } from '../../../text/span.ts'
import { defineRule } from '../../rule.ts'
import type { TemplateText } from '../../template-texts.ts'

export const templateBraces = defineRule({
  meta: {
    id: 'template/braces',
    severity: 'error',
    summary: 'Every brace opens a placeholder or is doubled; mustache tags are closed and allowed.',
    fixable: true,
    on: 'prompt',
  },
  check(context) {
    let lines: LineIndex | null = null
    for (const template of context.templates()) {
      for (const problem of template.parsed.problems) {
        const place =
          template.place(problem.span) ?? template.place({ start: problem.span.start, end: problem.span.start + 1 })
        lines ??= lineIndex(context.text)
        const fix = fixOf(problem, template)
        context.report(place ?? template.whole, {
          message: place ? withColumn(problem, lines.position(place.start).column) : problem.message,
          fixes: fix ? [fix] : [],
        })
      }
    }
  },
})

/** `"{" at column 12 opens no placeholder.`: braces repeat in a line, so the message says which. */
const withColumn = ({ message, brace }: TemplateProblem, column: number): string =>
  brace ? message.replace(`"${brace}"`, `"${brace}" at column ${column}`) : message

/** null when the quoting hides where the braces are. */
function fixOf(problem: TemplateProblem, template: TemplateText): Fix | null {
  if (!problem.fix) return null
  const edits = problem.fix.edits.map(({ span, text }) => ({ span: template.place(span), text }))
  if (edits.some(({ span }) => span === null)) return null
  return { ...problem.fix, edits: edits.map(({ span, text }) => ({ span: span!, text })) }
}
