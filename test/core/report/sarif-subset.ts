/**
 * What of SARIF 2.1.0 our logs use, written from the standard's property tables and stricter than it: no other member is
 * allowed, and every place has a full region. Not the published schema.
 */
const closed = (properties: Record<string, unknown>, optional: string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
})
const list = (items: unknown, minItems = 0) => ({ type: 'array', items, minItems })
const text = { type: 'string', minLength: 1 }
const from1 = { type: 'integer', minimum: 1 }
const level = { enum: ['none', 'note', 'warning', 'error'] }
const message = closed({ text })
const artifact = closed({ uri: { type: 'string', format: 'uri-reference', pattern: '^[^/\\\\]' } })
const region = closed({ startLine: from1, startColumn: from1, endLine: from1, endColumn: from1 })
const replacement = closed({ deletedRegion: region, insertedContent: closed({ text: { type: 'string' } }) })
const fix = closed({
  description: message,
  artifactChanges: list(closed({ artifactLocation: artifact, replacements: list(replacement, 1) }), 1),
})

const rule = closed({
  id: text,
  shortDescription: message,
  helpUri: { type: 'string', format: 'uri' },
  defaultConfiguration: closed({ level }),
  properties: closed({ tags: list(text) }),
})

const result = closed(
  {
    ruleId: text,
    ruleIndex: { type: 'integer', minimum: 0 },
    level,
    message,
    locations: list(closed({ physicalLocation: closed({ artifactLocation: artifact, region }) }), 1),
    partialFingerprints: { type: 'object', additionalProperties: text, minProperties: 1 },
    fixes: list(fix, 1),
  },
  ['fixes'],
)

const driver = closed({ name: text, version: text, semanticVersion: text, rules: list(rule) })

export const sarifSubset = closed({
  $schema: { type: 'string', format: 'uri' },
  version: { const: '2.1.0' },
  runs: list(
    closed(
      {
        tool: closed({ driver }),
        columnKind: { const: 'utf16CodeUnits' },
        results: list(result),
        invocations: list(
          closed({
            executionSuccessful: { type: 'boolean' },
            toolExecutionNotifications: list(closed({ level, message })),
          }),
          1,
        ),
      },
      ['invocations'],
    ),
    1,
  ),
})
