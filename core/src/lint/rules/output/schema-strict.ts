import type { Fix } from '../../../findings.ts'
import { insertKey, memberPointer } from '../../../registry/edit.ts'
import { isJsonObject } from '../../../text/json.ts'
import type { JsonObject } from '../../../text/json.ts'
import type { Span } from '../../../text/span.ts'
import { appendScalars } from '../../append-scalars.ts'
import { defineRule } from '../../rule.ts'
import type { RuleContext } from '../../rule.ts'
import { schemaParts } from '../../schema-parts.ts'
import type { SchemaPart } from '../../schema-parts.ts'

const providers = new Set(['openai', 'azure'])
const unknown = ['allOf', 'not', 'if', 'dependentSchemas']
const mostProperties = 5000
const mostDepth = 10
/** Each fix looks through the whole file; nobody sees more findings than these anyway. */
const mostFixes = 200

export const outputSchemaStrict = defineRule({
  meta: {
    id: 'output/schema-strict',
    severity: 'warning',
    summary: 'A schema that OpenAI is to enforce keeps the rules of strict output.',
    fixable: true,
    on: 'prompt',
  },
  check(context) {
    const { prompt, config } = context
    const schema = prompt.outputSchema
    const { response_format: format } = prompt.parameters
    const type = isJsonObject(format) ? format.type : format
    if (schema === undefined || type !== 'json_schema') return
    if (!providers.has(prompt.model.provider ?? config.defaults.provider)) return
    if (!isJsonObject(schema) || schema.type !== 'object') {
      say(context, '', 'type', 'Strict output needs an object at the root: type: object.')
    }
    let properties = 0
    let deepest: SchemaPart | null = null
    // A schema of another file is not changed from here.
    let fixes = prompt.spans['/output_schema/$ref'] ? 0 : mostFixes
    for (const part of schemaParts(schema)) {
      if (isJsonObject(part.schema.properties)) properties += Object.keys(part.schema.properties).length
      if (part.depth > mostDepth && !deepest) deepest = part
      if (checkPart(part, context, fixes > 0)) fixes -= 1
    }
    if (properties > mostProperties) {
      const count = properties.toLocaleString('en-US')
      say(context, '', null, `Strict output takes 5,000 properties; this schema has ${count}.`)
    }
    if (deepest)
      say(context, deepest.pointer, null, `Strict output takes ${mostDepth} levels of objects; this is deeper.`)
  },
})

/** True when it had something to fix. */
function checkPart({ pointer, schema }: SchemaPart, context: RuleContext, canFix: boolean): boolean {
  for (const key of unknown) {
    if (Object.hasOwn(schema, key)) say(context, pointer, key, `Strict output knows no "${key}".`)
  }
  const names = isJsonObject(schema.properties) ? Object.keys(schema.properties) : []
  if (names.length === 0 && schema.type !== 'object') return false
  const isOpen = schema.additionalProperties !== false
  if (isOpen) {
    const fix = canFix ? closeFix(pointer, schema, context) : null
    say(
      context,
      pointer,
      'additionalProperties',
      'Strict output needs additionalProperties: false in every object.',
      fix,
    )
  }
  const required = new Set(Array.isArray(schema.required) ? schema.required : [])
  const missing = names.filter((name) => !required.has(name))
  // One edit adds all of them, so that a fix of any of these findings fixes the others.
  const fix = canFix && missing.length > 0 ? requireFix(pointer, missing, context) : null
  for (const name of missing) {
    const optional = nullable(schema, name)
    const message = `Strict output needs "${name}" in required${optional}.`
    say(context, `${pointer}/properties`, name, message, fix)
  }
  return isOpen || missing.length > 0
}

/** `; make it ["string", "null"] if it may be absent`, where the type is one word. */
function nullable({ properties }: JsonObject, name: string): string {
  const property = isJsonObject(properties) ? properties[name] : null
  const type = isJsonObject(property) ? property.type : null
  return typeof type === 'string' && type !== 'null' ? `; make it ["${type}", "null"] if it may be absent` : ''
}

function closeFix(pointer: string, schema: JsonObject, { prompt, text }: RuleContext): Fix | null {
  const at = `/output_schema${pointer}`
  const span = prompt.spans[`${at}/additionalProperties`]
  // A schema as its value says more than true does: closing it would lose that.
  if (isJsonObject(schema.additionalProperties)) return null
  const edit = span ? { span, text: 'false' } : insertKey(text, prompt.spans, at, 'additionalProperties', 'false')
  return edit ? { title: 'Add additionalProperties: false', safe: true, edits: [edit] } : null
}

function requireFix(pointer: string, missing: readonly string[], { prompt, text }: RuleContext): Fix | null {
  const at = `/output_schema${pointer}`
  const list = `${at}/required`
  const edit = prompt.spans[list]
    ? appendScalars(text, prompt.spans, list, missing)
    : insertKey(text, prompt.spans, at, 'required', `[${missing.map((name) => JSON.stringify(name)).join(', ')}]`)
  return edit ? { title: `Add ${missing.join(', ')} to required`, safe: true, edits: [edit] } : null
}

/** At a key, else at the schema it is missing in; a schema in another file is found at the place that names it. */
function say(
  { prompt, report }: RuleContext,
  pointer: string,
  key: string | null,
  message: string,
  fix: Fix | null = null,
): void {
  const at = `/output_schema${pointer}`
  const span =
    (key === null ? undefined : prompt.spans[`${memberPointer(at, key)}#key`]) ??
    prompt.spans[`${at}#key`] ??
    firstOf(prompt.spans[at]) ??
    prompt.spans['/output_schema#key']!
  report(span, { message, ...(fix ? { fixes: [fix] } : {}), data: { pointer, key } })
}

const firstOf = (span: Span | undefined): Span | undefined =>
  span && { start: span.start, end: Math.min(span.end, span.start + 1) }
