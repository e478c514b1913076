/**
 * Writes the JSON Schemas of all files that people edit, from the shapes that check them:
 *
 *     node --conditions=assay-source core/scripts/schemas.ts [--check]
 *
 * `core/schemas` is published and says what Assay accepts. `extension/schemas` helps while typing: titles, words, types and
 * enums, but nothing that would report an error, because the editor shows lint's own. `--check` writes nothing and exits 1
 * when a file would change.
 */
import * as z from 'zod'
import { configShape } from '../src/registry/config-shape.ts'
import { caseShape, setShape } from '../src/registry/golden-shape.ts'
import { promptShape } from '../src/registry/prompt-shape.ts'
import { isJsonObject } from '../src/text/json.ts'
import type { Json, JsonObject } from '../src/text/json.ts'
import { rules } from '../src/lint/rules/index.ts'
import type { Rule } from '../src/lint/rule.ts'
import { acceptedWords, configWords, goldenWords, promptWords } from './schema-words.ts'
import { writeGenerated } from './generated.ts'

/** The list that `assay accept` writes. */
const acceptedShape = z.strictObject({
  version: z.literal(1).optional(),
  accepted: z.array(
    z.strictObject({
      prompt: z.string(),
      case: z.string().optional(),
      kind: z.enum(['accepted', 'quarantine', 'test']),
      reason: z.string().min(1),
      by: z.string().optional(),
      until: z.iso.date(),
    }),
  ),
})

const goldenShape = setShape.extend({ cases: z.array(caseShape).optional() })

type Source = {
  title: string
  shape: z.ZodType
  words: Readonly<Record<string, string>>
  finish: (schema: JsonObject) => void
}

const sources = (list: readonly Rule[]): Record<string, Source> => ({
  prompt: { title: 'Assay prompt file', shape: promptShape, words: promptWords, finish: finishPrompt },
  golden: { title: 'Assay golden set', shape: goldenShape, words: goldenWords, finish: finishGolden },
  assay: {
    title: 'Assay settings',
    shape: configShape,
    words: configWords,
    finish: (schema) => nameRules(schema, list),
  },
  accepted: { title: 'Accepted changes', shape: acceptedShape, words: acceptedWords, finish: () => {} },
})

/** Path of the file -> its text. `list`: the rules whose ids assay.yaml may name. */
export function schemaFiles(list: readonly Rule[] = rules): Record<string, string> {
  const files: Record<string, string> = {}
  for (const [name, { title, shape, words, finish }] of Object.entries(sources(list))) {
    const strict = z.toJSONSchema(shape, { io: 'input' }) as JsonObject
    finish(strict)
    const unused = new Set(Object.keys(words))
    const worded = walk(strict, '', (schema, path, isArm) => {
      // The words of a union stand at the union.
      if (isArm || !Object.hasOwn(words, path)) return tidy(schema)
      unused.delete(path)
      return { description: words[path]!, ...tidy(schema) }
    })
    if (unused.size > 0) throw new Error(`Words for keys that ${name} does not have: ${[...unused].join(', ')}`)
    const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', title }
    files[`core/schemas/${name}.schema.json`] = text({ ...head, ...worded })
    files[`extension/schemas/${name}.schema.json`] = text({ ...head, ...walk(worded, '', relaxed) })
  }
  return files
}

const width = 120

/** JSON as the project's formatter writes it: a list of plain values is one line where it fits. */
function text(value: JsonObject): string {
  const lines = JSON.stringify(value, null, 2)
  const list = /^( *)((?:"[^"]*": )?)\[\n((?:\1 {2}(?:"(?:[^"\\]|\\.)*"|[\w.+-]+),?\n)+)\1\](,?)$/gm
  const joined = lines.replace(list, (whole, indent: string, key: string, items: string, comma: string) => {
    const line = `${indent}${key}[${items.trim().split(/,\n */).join(', ')}]${comma}`
    return line.length <= width ? line : whole
  })
  return `${joined}\n`
}

type Change = (schema: JsonObject, path: string, isArm: boolean) => JsonObject

/** Applies `change` to a schema and all in it, inside out. `path` names the key it stands at; arms of a union share it. */
function walk(schema: JsonObject, path: string, change: Change, isArm = false): JsonObject {
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`)
  const inner = (value: Json, to: string, arm = false): Json =>
    isJsonObject(value) ? walk(value, to, change, arm) : value
  const result: JsonObject = { ...schema }
  if (isJsonObject(schema.properties)) {
    const entries = Object.entries(schema.properties)
    result.properties = Object.fromEntries(entries.map(([key, value]) => [key, inner(value, at(key))]))
  }
  if (schema.items !== undefined) result.items = inner(schema.items, `${path}[]`)
  if (schema.additionalProperties !== undefined) {
    result.additionalProperties = inner(schema.additionalProperties, at('*'))
  }
  if (Array.isArray(schema.anyOf)) result.anyOf = schema.anyOf.map((arm) => inner(arm, path, true))
  return change(result, path, isArm)
}

/** Without what zod adds and no reader needs: the range of safe integers, the long form of dates. */
function tidy(schema: JsonObject): JsonObject {
  const { $schema: _schema, ...rest } = schema
  if (Math.abs(Number(rest.minimum ?? 0)) >= Number.MAX_SAFE_INTEGER) delete rest.minimum
  if (Math.abs(Number(rest.maximum ?? 0)) >= Number.MAX_SAFE_INTEGER) delete rest.maximum
  if (rest.format === 'date') delete rest.pattern
  if (isJsonObject(rest.propertyNames) && Object.keys(rest.propertyNames).join() === 'type') delete rest.propertyNames
  return rest
}

const helpful = ['title', 'description', 'type', 'enum', 'const', 'properties', 'items', 'anyOf', 'patternProperties']

function relaxed(schema: JsonObject): JsonObject {
  const kept = Object.fromEntries(Object.entries(schema).filter(([key]) => helpful.includes(key)))
  const rest = schema.additionalProperties
  return isJsonObject(rest) && Object.keys(rest).length > 0 ? { ...kept, additionalProperties: rest } : kept
}

const extra = { '^x-': {} }

/** What the parser checks beside the shape: keys that need or exclude each other, and keys of one's own. */
function finishPrompt(schema: JsonObject): void {
  schema.patternProperties = extra
  schema.allOf = [
    { anyOf: [{ required: ['user_template'] }, { required: ['system'] }, { required: ['messages'] }] },
    { not: { required: ['messages', 'user_template'] } },
    { not: { required: ['messages', 'system'] } },
    {
      not: {
        required: ['temperature', 'parameters'],
        properties: { parameters: { type: 'object', required: ['temperature'] } },
      },
    },
  ]
  visit(schema, (each) => {
    if (isJsonObject(each.properties) && Object.hasOwn(each.properties, 'pin_reason')) {
      each.dependentRequired = { pin: ['pin_reason'] }
    }
  })
}

function finishGolden(schema: JsonObject): void {
  schema.patternProperties = extra
  visit(schema, (each) => {
    if (isJsonObject(each.properties) && Object.hasOwn(each.properties, 'critical')) each.patternProperties = extra
  })
}

/** assay.yaml completes the ids of rules and their folders; rules of plugins may stand there too. */
function nameRules(schema: JsonObject, list: readonly Rule[]): void {
  visit(schema, (each) => {
    const severities = isJsonObject(each.properties) ? each.properties.rules : undefined
    if (!isJsonObject(severities) || !isJsonObject(severities.additionalProperties)) return
    const severity = severities.additionalProperties
    const folders = [...new Set(list.map(({ meta }) => `${meta.id.split('/')[0]}/*`))].toSorted()
    const named = list.map(({ meta }) => [meta.id, { description: meta.summary, ...severity }] as const)
    const all = [...named.toSorted(([a], [b]) => (a < b ? -1 : 1)), ...folders.map((id) => [id, severity] as const)]
    severities.properties = Object.fromEntries(all)
  })
}

function visit(value: Json, change: (schema: JsonObject) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, change)
  if (!isJsonObject(value)) return
  for (const item of Object.values(value)) visit(item, change)
  change(value)
}

if (import.meta.main) writeGenerated(schemaFiles(), process.argv.includes('--check'))
