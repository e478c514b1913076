import * as z from 'zod'

/** SemVer 2.0.0 without build metadata. */
export const semverPattern =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?$/
export const namePattern = /^[a-z0-9][a-z0-9_./-]*$/
const pathPattern = /^(?![A-Za-z][A-Za-z0-9+.-]*:|\/|\\)[^\0]*$/

const text = z.string()
const texts = z.array(text)
const map = z.record(z.string(), z.unknown())
const whole = z.int()
const positive = z.int().min(1)
const natural = z.int().min(0)
const dollars = z.number().min(0)
const semver = text.min(1).regex(semverPattern)
const path = text.min(1).regex(pathPattern)

const modelObject = z
  .strictObject({
    id: text,
    provider: text.optional(),
    deployment: text.optional(),
    model_version: text.optional(),
    version_upgrade_option: z
      .enum(['NoAutoUpgrade', 'OnceCurrentVersionExpired', 'OnceNewDefaultVersionAvailable'])
      .optional(),
    api_version: text.optional(),
    region: text.optional(),
    inference_profile: text.optional(),
    revision: text.regex(/^[0-9a-f]{40}$/).optional(),
    digest: text.regex(/^(sha256:)?[0-9a-f]{12,64}$/).optional(),
    pin: z.literal('alias-ok').optional(),
    pin_reason: text.min(10).optional(),
  })
  .refine((model) => model.pin === undefined || model.pin_reason !== undefined, {
    path: ['pin'],
    message: 'pin: alias-ok needs pin_reason (10 characters or more)',
  })
export const modelShape = z.union([text.min(1), modelObject])

const parameters = z.looseObject({
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  max_tokens: positive.optional(),
  seed: whole.optional(),
  stop: z.union([text, texts]).optional(),
  presence_penalty: z.number().optional(),
  frequency_penalty: z.number().optional(),
  reasoning_effort: text.optional(),
  response_format: z.union([z.enum(['text', 'json_object', 'json_schema']), map]).optional(),
})

const inputType = z.enum(['string', 'number', 'integer', 'boolean', 'array', 'object'])
const input = z.union([
  inputType,
  z.strictObject({
    type: inputType,
    description: text.optional(),
    required: z.boolean().optional(),
    default: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    items: map.optional(),
    properties: map.optional(),
    max_tokens: positive.optional(),
    untrusted: z.boolean().optional(),
    sample: z.unknown().optional(),
  }),
])

const fallbackReason = z.enum([
  'provider_5xx',
  'timeout',
  'rate_limit',
  'circuit_open',
  'context_overflow',
  'content_filter',
])
const fallback = z.union([
  text,
  z.strictObject({ model: modelShape, parameters: parameters.optional(), on: z.array(fallbackReason).optional() }),
])

const tier = z.strictObject({
  when: z
    .strictObject({ max_input_tokens: positive.optional(), tag: text.optional() })
    .refine((when) => Object.keys(when).length > 0, 'when needs max_input_tokens or tag'),
  model: modelShape,
  parameters: parameters.optional(),
})

const message = z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: text })

const tool = z.strictObject({
  name: text.regex(/^[A-Za-z0-9_-]{1,64}$/),
  description: text.optional(),
  parameters: map,
  strict: z.boolean().optional(),
})

export const limitsShape = z.strictObject({
  max_input_tokens: positive.optional(),
  max_output_tokens: positive.optional(),
  max_cost_usd: dollars.optional(),
  timeout_ms: positive.optional(),
  on_overflow: z.enum(['reject', 'chunk', 'truncate']).optional(),
})

const retrieval = z.strictObject({
  version: text.optional(),
  chunking: z.strictObject({ method: text.optional(), size: whole.optional(), overlap: whole.optional() }).optional(),
  top_k: whole.optional(),
  similarity_threshold: z.number().optional(),
  reranker: z.strictObject({ model: modelShape, top_n: positive.optional() }).optional(),
})

export const judgeShape = z.strictObject({
  model: modelShape,
  rubric: text.optional(),
  threshold: z.number().optional(),
  samples: whole.optional(),
  parameters: parameters.optional(),
})

export const assertionShape = z.looseObject({ type: text })

/** One gate; prompt files and assay.yaml share it. */
export const gateShape = z.strictObject({
  floor: z.number().min(0).max(1).optional(),
  floor_strict: z.boolean().optional(),
  min_cases: positive.optional(),
  max_cases: positive.optional(),
  max_cost_usd: dollars.optional(),
  max_duration_s: z.number().gt(0).optional(),
  model: modelShape.optional(),
  accept_claimed: z.union([z.literal('auto'), z.boolean()]).optional(),
  branches: texts.optional(),
})

const entry = z.strictObject({
  version: semver,
  date: z.iso.date().min(1),
  change: text.min(1),
  type: z.enum(['added', 'changed', 'fixed', 'model', 'breaking']).optional(),
  author: text.optional(),
  pr: whole.optional(),
  eval: z
    .strictObject({
      passed: natural.optional(),
      cases: positive.optional(),
      base_passed: natural.optional(),
      cost_usd: dollars.optional(),
    })
    .optional(),
})

/**
 * A prompt file without its `x-*` keys. Which keys exclude each other is checked by the parser, which can say it better;
 * `version` and the changelog's dates are the matter of rules.
 */
export const promptShape = z.strictObject({
  $schema: text.optional(),
  name: text.regex(namePattern).optional(),
  description: text.optional(),
  owners: texts.optional(),
  tags: texts.optional(),
  status: z.enum(['draft', 'active', 'deprecated', 'archived']).optional(),
  version: semver,
  model: modelShape,
  provider: text.optional(),
  temperature: z.number().min(0).max(2).optional(),
  parameters: parameters.optional(),
  fallbacks: z.array(fallback).optional(),
  tiers: z.array(tier).optional(),
  template_format: z.enum(['f-string', 'mustache']).optional(),
  system: text.optional(),
  user_template: text.optional(),
  messages: z.array(message).min(1).optional(),
  tools: z.array(tool).optional(),
  tool_choice: text.optional(),
  inputs: z.record(text.regex(/^[A-Za-z_][A-Za-z0-9_]*$/), input).optional(),
  output_schema: map.optional(),
  limits: limitsShape.optional(),
  budget: z
    .strictObject({
      tokens_per_user_per_day: natural.optional(),
      tokens_per_day: natural.optional(),
      cost_usd_per_day: dollars.optional(),
    })
    .optional(),
  embedding: z
    .strictObject({
      provider: text.optional(),
      model: modelShape,
      dimensions: whole.optional(),
      index: text.optional(),
      revision: text.optional(),
    })
    .optional(),
  retrieval: retrieval.optional(),
  judge: judgeShape.optional(),
  evals: z
    .strictObject({
      golden: path.optional(),
      full: path.optional(),
      assertions: z.array(assertionShape).optional(),
      skip: text.min(10).optional(),
    })
    .optional(),
  gates: z
    .strictObject({ schema: gateShape.optional(), golden: gateShape.optional(), full: gateShape.optional() })
    .optional(),
  rollout: z
    .strictObject({ labels: z.record(text, semver).optional(), canary_percent: whole.min(0).max(100).optional() })
    .optional(),
  changelog: z.array(entry).min(1),
})
