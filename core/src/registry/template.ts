import type { Span } from '../text/span.ts'
import { parseFString } from './template-fstring.ts'
import { parseMustache } from './template-mustache.ts'
import type { MustacheNode } from './template-mustache.ts'

export type TemplateFormat = 'f-string' | 'mustache'

/** A place where a value goes in. `inSection`: a mustache name that may belong to the section's item. */
export type Placeholder = { name: string; span: Span; inSection: boolean }

/** What is wrong with a template, with the edits (offsets in the template) that would mend it. */
export type TemplateProblem = {
  span: Span
  message: string
  fix?: { title: string; safe: boolean; edits: { span: Span; text: string }[] }
  /** Set for a brace: the message names its column, which only the file knows. */
  brace?: '{' | '}'
}

/** A template as parts that are filled in one pass. */
export type ParsedTemplate = {
  placeholders: Placeholder[]
  problems: TemplateProblem[]
  parts: TemplatePart[]
}

export type TemplatePart = string | { name: string } | MustacheNode

/** Parses a template once; never throws. CRLF counts as it stands, rendering turns it into LF. */
export function parseTemplate(template: string, format: TemplateFormat): ParsedTemplate {
  return format === 'mustache' ? parseMustache(template) : parseFString(template)
}

/** The placeholders of a template in their order, repeats included. */
export const placeholders = (template: string, format: TemplateFormat): Placeholder[] =>
  parseTemplate(template, format).placeholders

/** What breaks the grammar of REGISTRY 3. */
export const templateProblems = (template: string, format: TemplateFormat): TemplateProblem[] =>
  parseTemplate(template, format).problems
