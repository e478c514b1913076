import type { Finding } from '../findings.ts'

/** What a report shows of one file, and how many findings it leaves out. */
export type FileFindings = { path: string; shown: Finding[]; more: number }

/** `lint.max_findings_per_file` of assay.yaml, where nobody says otherwise. */
export const defaultPerFile = 200

/** Findings by file, at most `perFile` of each: a broken file must not bury the others. */
export const byFile = (findings: readonly Finding[], perFile: number = defaultPerFile): FileFindings[] =>
  [...Map.groupBy(findings, ({ path }) => path)].map(([path, all]) => ({
    path,
    shown: all.slice(0, perFile),
    more: Math.max(0, all.length - perFile),
  }))

/** `… 57 more in this file` */
export const moreWords = (more: number): string => `… ${more.toLocaleString('en-US')} more in this file`
