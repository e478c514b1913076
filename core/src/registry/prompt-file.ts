import type { Json, JsonObject } from '../text/json.ts'
import type { Sha256 } from '../text/sha256.ts'
import type { Span } from '../text/span.ts'
import type { Finding } from '../findings.ts'
import type { ScorerSpec } from './golden.ts'

/** The model that production calls. Endpoints and keys are never part of it: they live in assay.yaml. */
export type ModelRef = {
  /** Without the provider prefix: `gpt-4o-2024-11-20`, not `openai/gpt-4o-2024-11-20`. */
  id: string
  provider?: string
  deployment?: string
  model_version?: string
  version_upgrade_option?: string
  api_version?: string
  region?: string
  inference_profile?: string
  revision?: string
  digest?: string
  pin?: 'alias-ok'
  pin_reason?: string
}

export type InputSpec = {
  type?: string
  description?: string
  required?: boolean
  default?: Json
  enum?: Json[]
  items?: Json
  properties?: Json
  max_tokens?: number
  untrusted?: boolean
  sample?: Json
}

export type Message = { role: 'system' | 'user' | 'assistant'; template: string }

export type ChangelogEntry = {
  version: string
  date: string
  change: string
  type?: string
  author?: string
  pr?: number
  eval?: Json
}

/** Thresholds of one gate; what a file leaves out comes from assay.yaml. `floor` is decimal text, so that no float rounds it. */
export type GateSettings = {
  floor?: string
  floor_strict?: boolean
  min_cases?: number
  max_cases?: number
  max_cost_usd?: string
  max_duration_s?: number
  model?: string | null
  accept_claimed?: 'auto' | boolean
  branches?: string[]
}

export type GateName = 'schema' | 'golden' | 'full'

export type Limits = {
  max_input_tokens?: number
  max_output_tokens?: number
  max_cost_usd?: number
  timeout_ms?: number
  on_overflow?: 'reject' | 'chunk' | 'truncate'
}

/** One prompt file as plain data. `system` and `user_template` have become messages, `temperature` a parameter. */
export type PromptFile = {
  path: string
  name: string
  version: string
  status: 'draft' | 'active' | 'deprecated' | 'archived'
  owners: string[]
  tags: string[]
  description?: string
  model: ModelRef
  /** The id as the file writes it, prefix included: what messages quote. */
  modelText: string
  parameters: JsonObject
  tools?: Json[]
  toolChoice?: string
  messages: Message[]
  templateFormat: 'f-string' | 'mustache'
  /** null: the file has no `inputs` block, so every placeholder is a required input of any type. */
  inputs: Record<string, InputSpec> | null
  outputSchema?: Json
  fallbacks: { model: ModelRef; parameters?: JsonObject; on?: string[] }[]
  tiers: { when: { max_input_tokens?: number; tag?: string }; model: ModelRef; parameters?: JsonObject }[]
  limits: Limits
  budget?: JsonObject
  embedding?: JsonObject
  retrieval?: JsonObject
  judge?: JsonObject
  evals: { golden?: string; full?: string; assertions: ScorerSpec[]; skip?: string }
  gates: Partial<Record<GateName, GateSettings>>
  rollout?: JsonObject
  /** Newest first. */
  changelog: ChangelogEntry[]
  /** SHA-256 of everything whose change needs a new version (REGISTRY 7). */
  readonly canonicalHash: Sha256
  /** JSON pointer -> place of the value in the text: `/changelog/0/version`. Keys are at `pointer#key`. */
  spans: Record<string, Span>
  /** `x-*` keys, kept. */
  extra: JsonObject
}

export type ParsedPrompt = { ok: true; prompt: PromptFile; findings: Finding[] } | { ok: false; findings: Finding[] }
