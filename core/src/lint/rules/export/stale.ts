import { exportable, readExportHead } from '../../../registry/exported.ts'
import { command } from '../../../text/command.ts'
import { defineRule } from '../../rule.ts'

export const exportStale = defineRule({
  meta: {
    id: 'export/stale',
    severity: 'warning',
    summary: 'An exported Python module holds the current prompts.',
    fixable: false,
    on: 'registry',
  },
  check({ prompt, exports = [], report }) {
    for (const { path, text } of exports) {
      const head = readExportHead(text)
      if (head === null) continue
      const major = prompt.version.split('.')[0]
      const mayBeIn = head.selection === null || head.selection.includes(prompt.name)
      const isExportable = exportable([prompt]).prompts.length > 0
      const held = head.prompts.find(({ name, version }) => name === prompt.name && version.split('.')[0] === major)
      const what =
        held === undefined
          ? mayBeIn && isExportable && `${prompt.name} ${prompt.version} is not in it.`
          : !isExportable
            ? `${prompt.name} ${held.version} was exported, and is ${prompt.status} now.`
            : held.version !== prompt.version
              ? `${prompt.name} ${held.version} was exported, ${prompt.version} is current.`
              : held.hash !== prompt.canonicalHash && `${prompt.name} ${held.version} was exported with other contents.`
      if (!what) continue
      const names = head.selection === null ? '' : ` ${head.selection.join(' ')}`
      const run = command(`export python --out ${path}${names}`)
      report(prompt.spans['/version'] ?? prompt.spans['']!, {
        message: `${path} is stale: ${what} Run "${run}".`,
        data: { path, command: run },
      })
    }
  },
})
