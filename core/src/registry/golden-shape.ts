import * as z from 'zod'
import { assertionShape } from './prompt-shape.ts'

export const caseIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

const text = z.string()

/** One case without its `x-*` keys. */
export const caseShape = z.strictObject({
  id: text.regex(caseIdPattern),
  vars: z.record(text, z.unknown()).optional(),
  expected: z.unknown().optional(),
  assertions: z.array(assertionShape).optional(),
  tags: z.array(text).optional(),
  critical: z.boolean().optional(),
  cluster: text.optional(),
  context: z.array(z.union([text, z.strictObject({ id: text, text })])).optional(),
})

const defaults = z.strictObject({ assertions: z.array(assertionShape).optional(), tags: z.array(text).optional() })

/** The head of a YAML set; its cases are checked one by one, so that a bad one does not hide the others. */
export const setShape = z.strictObject({
  version: z.literal(1).optional(),
  defaults: defaults.optional(),
  cases: z.array(z.unknown()).optional(),
})

/** The optional first line of a JSONL set. */
export const headLineShape = z.strictObject({ assay_golden: z.literal(1), defaults: defaults.optional() })
