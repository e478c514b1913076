import { defineRule } from '../../rule.ts'

export const registryDuplicateName = defineRule({
  meta: {
    id: 'registry/duplicate-name',
    severity: 'error',
    summary: 'No two files have the same name and major version.',
    fixable: false,
    on: 'registry',
  },
  check({ prompt, duplicateOf, report }) {
    if (!duplicateOf) return
    const other = duplicateOf.prompt
    report(prompt.spans['/name'] ?? prompt.spans['/version']!, {
      message: duplicateOf.message,
      related: [
        { path: other.path, span: other.spans['/name'] ?? other.spans['/version']!, message: 'The other prompt.' },
      ],
    })
  },
})
