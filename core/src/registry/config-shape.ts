import * as z from 'zod'
import { gateShape, judgeShape, limitsShape } from './prompt-shape.ts'

const text = z.string()
const texts = z.array(text)
const natural = z.int().min(0)
const positive = z.int().min(1)
const price = z.number().min(0)

const provider = z.strictObject({
  api_key_env: text.nullish(),
  base_url: text.nullish(),
  adapter: z.enum(['responses', 'chat', 'anthropic']).optional(),
  auth: z.enum(['bearer', 'key']).optional(),
  namespace: text.nullish(),
  api_version: text.nullish(),
  price: z.enum(['catalog', 'none']).optional(),
  concurrency: positive.optional(),
  retries: natural.optional(),
  timeout_ms: positive.optional(),
})

const model = z.strictObject({
  pin: text.optional(),
  context: positive.optional(),
  max_output: positive.optional(),
  encoding: text.optional(),
  shutdown: z.iso.date().optional(),
  replacement: z.union([text, texts]).optional(),
  after_shutdown: z.enum(['error', 'reroute', 'upgrade-or-error']).optional(),
  retires_with: text.optional(),
})

const gate = gateShape.extend({ model: gateShape.shape.model.nullable() })
const severity = z.enum(['error', 'warning', 'info', 'off'])

/** assay.yaml (REGISTRY 9). Every member may be left out. */
export const configShape = z.strictObject({
  version: z.literal(1).optional(),
  prompts: texts.optional(),
  exclude: texts.optional(),
  golden: text.optional(),
  tapes: text.optional(),
  defaults: z
    .strictObject({ provider: text.optional(), owners: texts.optional(), limits: limitsShape.optional() })
    .optional(),
  gates: z
    .strictObject({
      schema: gate.optional(),
      golden: gate.optional(),
      full: gate.optional(),
      require_owner: z.boolean().optional(),
    })
    .optional(),
  run: z.strictObject({ max_cost_usd: price.nullish() }).optional(),
  verdict: z
    .strictObject({
      alpha: z.number().gt(0).lt(1).optional(),
      repeats: positive.optional(),
      margin: z.number().min(0).max(1).optional(),
    })
    .optional(),
  tape: z.strictObject({ max_age_days: positive.optional(), refuse: texts.optional() }).optional(),
  providers: z.record(text, provider).optional(),
  judge: judgeShape.nullish(),
  channels: z.record(text, text).optional(),
  models: z.record(text, model).optional(),
  prices: z
    .record(
      text,
      z.strictObject({
        input: price,
        output: price,
        cached_input: price.optional(),
        cache_write: price.optional(),
        reasoning: price.optional(),
      }),
    )
    .optional(),
  catalog: z
    .strictObject({
      refresh: z.enum(['off', 'daily', 'weekly']).optional(),
      url: text.nullish(),
      max_age_days: positive.optional(),
    })
    .optional(),
  lint: z
    .strictObject({
      rules: z.record(text, severity).optional(),
      retiring: z
        .strictObject({
          warn_days: natural.optional(),
          error_days: natural.optional(),
          new_pin_days: natural.optional(),
        })
        .optional(),
      max_file_bytes: positive.optional(),
      max_findings_per_file: positive.optional(),
    })
    .optional(),
  code: z
    .strictObject({ include: texts.optional(), exclude: texts.optional(), min_words: positive.optional() })
    .optional(),
  drift: z.strictObject({ canary_cases: positive.optional(), alpha: z.number().gt(0).lt(1).optional() }).optional(),
  calls_per_month: z.record(text, price).optional(),
  exports: texts.optional(),
  review: text.optional(),
  plugins: texts.optional(),
})

export type ConfigFile = z.infer<typeof configShape>
