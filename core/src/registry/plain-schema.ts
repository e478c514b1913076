import { isJsonObject, type Json } from '../text/json.ts'

const types = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'])

const isText = (value: Json): boolean => typeof value === 'string'
const isFlag = (value: Json): boolean => typeof value === 'boolean'
const isNumber = (value: Json): boolean => typeof value === 'number'
const isCount = (value: Json): boolean => Number.isSafeInteger(value) && (value as number) >= 0
const isType = (value: Json): boolean => typeof value === 'string' && types.has(value)
const isUnique = (list: readonly Json[]): boolean => new Set(list).size === list.length

const isAnyType = (value: Json): boolean =>
  Array.isArray(value) ? value.length > 0 && value.every(isType) && isUnique(value) : isType(value)

const keywords: Record<string, (value: Json) => boolean> = {
  title: isText,
  description: isText,
  format: isText,
  type: isAnyType,
  enum: (value) => Array.isArray(value),
  const: () => true,
  default: () => true,
  properties: (value) => isJsonObject(value) && Object.values(value).every(isPlainSchema),
  required: (value) => Array.isArray(value) && value.every(isText) && isUnique(value),
  items: (value) => isPlainSchema(value),
  additionalProperties: (value) => isPlainSchema(value),
  minimum: isNumber,
  maximum: isNumber,
  minLength: isCount,
  maxLength: isCount,
  minItems: isCount,
  maxItems: isCount,
  uniqueItems: isFlag,
}

/**
 * True for a schema of everyday keywords whose shape is right, so that it need not be held against the meta-schema:
 * compiling that takes 90 ms, half of a whole check. Anything else is for the meta-schema to judge.
 */
export function isPlainSchema(schema: Json): boolean {
  if (typeof schema === 'boolean') return true
  return (
    isJsonObject(schema) &&
    Object.entries(schema).every(([name, value]) => Object.hasOwn(keywords, name) && keywords[name]!(value))
  )
}
