import type { Catalog } from '../catalog/catalog.ts'
import type { Config } from '../registry/config.ts'
import type { Span } from '../text/span.ts'
import { defineRule, type ReportParts, type Rule, type RuleMeta } from './rule.ts'
import type { SourceLiteral } from './source-scan.ts'

/** What a rule sees of a source file: its strings with their uses. */
export type SourceContext = {
  path: string
  literals: readonly SourceLiteral[]
  catalog: Catalog
  config: Config
  /** `YYYY-MM-DD` in UTC. */
  today: string
  /** The line of a place, from 1. */
  lineOf(offset: number): number
  report(at: Span, parts: ReportParts): void
}

/** A rule on source code; it stands in the list of all rules and looks at no prompt. */
export type SourceRule = Rule & { checkSource(context: SourceContext): void }

export const defineSourceRule = (rule: {
  meta: RuleMeta & { on: 'source' }
  checkSource(context: SourceContext): void
}): SourceRule => ({ ...defineRule({ meta: rule.meta, check: () => {} }), checkSource: rule.checkSource })
