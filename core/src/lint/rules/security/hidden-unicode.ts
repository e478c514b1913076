import { lineIndex } from '../../../text/span.ts'
import type { LineIndex } from '../../../text/span.ts'
import { codePointName, findHidden } from '../../../text/unicode.ts'
import { defineFileRule } from '../../rule.ts'

export const securityHiddenUnicode = defineFileRule({
  meta: {
    id: 'security/hidden-unicode',
    severity: 'error',
    summary: 'Prompts and assay.yaml hold no characters that a reviewer cannot see.',
    fixable: true,
    on: 'file',
  },
  check({ text, kind, report }) {
    // A case may well test what such characters do.
    if (kind === 'golden') return
    let lines: LineIndex | null = null
    for (const { start, end, first, count } of findHidden(text)) {
      lines ??= lineIndex(text)
      const more = count > 1 ? `, and ${count - 1} more after it` : ''
      report(
        { start, end },
        {
          message: `Invisible character ${codePointName(first)} at column ${lines.position(start).column}${more}.`,
          fixes: [{ title: 'Remove what cannot be seen', safe: true, edits: [{ span: { start, end }, text: '' }] }],
          data: { code_point: codePointName(first), count },
        },
      )
    }
  },
})
