import type { Finding } from '../findings.ts'
import { code, inline } from '../text/escape.ts'
import { ruleUrl } from '../text/rule-url.ts'
import { byFile, moreWords } from './per-file.ts'

const words = { error: '**error**', warning: 'warning', info: 'note' } as const

/** Findings as a Markdown table; each rule links to its explanation. `url` gives the page of a rule that is not ours. */
export function findingsMarkdown(
  findings: readonly Finding[],
  o: { perFile?: number; url?: (rule: string) => string } = {},
): string {
  if (findings.length === 0) return 'No findings.\n'
  const url = o.url ?? ruleUrl
  const rows = byFile(findings, o.perFile).flatMap(({ path, shown, more }) => [
    ...shown.map((finding) => {
      const place = code(`${path}:${finding.line}:${finding.column}`)
      return `| ${place} | ${words[finding.severity]} | [${inline(finding.rule)}](${url(finding.rule)}) | ${inline(finding.message)} |`
    }),
    ...(more > 0 ? [`| ${code(path)} | | | ${moreWords(more)} |`] : []),
  ])
  return `| place | severity | rule | finding |\n|---|---|---|---|\n${rows.join('\n')}\n`
}
