import { contains } from './contains.ts'
import { exact } from './exact.ts'
import { jsonFields } from './json-fields.ts'
import { jsonSchema } from './json-schema.ts'
import { sameAsBase } from './same-as-base.ts'
import type { Scorer } from './scorer.ts'

/** The scorers that ship. A user adds one by passing a longer list. */
export const scorers: readonly Scorer[] = [jsonSchema, jsonFields, exact, contains, sameAsBase]
