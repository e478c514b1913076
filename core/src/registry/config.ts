import type { Finding, Severity } from '../findings.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { configShape } from './config-shape.ts'
import type { ConfigFile } from './config-shape.ts'
import { decimalText } from './decimal.ts'
import { gateNames, readGates } from './gate-settings.ts'
import type { ProviderSettings } from './presets.ts'
import { problemsOf } from './problems.ts'
import type { GateName, GateSettings, Limits, PromptFile } from './prompt-file.ts'
import { checkShape } from './shape-problems.ts'
import { readYaml } from './yaml.ts'

/** One gate with nothing left open. Floors and caps are decimal text; null means no limit of that kind. */
export type ResolvedGate = {
  floor: string
  floor_strict: boolean
  min_cases: number
  max_cases: number | null
  max_cost_usd: string | null
  max_duration_s: number | null
  /** A proxy; null: the prompt's own model. */
  model: string | null
  accept_claimed: 'auto' | boolean
  branches: string[]
}

export type ModelEntry = NonNullable<ConfigFile['models']>[string]
export type PriceEntry = NonNullable<ConfigFile['prices']>[string]

/** assay.yaml with its defaults filled in. */
export type Config = {
  prompts: string[]
  exclude: string[]
  golden: string
  tapes: string
  defaults: { provider: string; owners: string[]; limits: Limits }
  gates: Record<GateName, ResolvedGate> & { require_owner: boolean }
  run: { max_cost_usd: string | null }
  verdict: { alpha: number; repeats: number; margin: number }
  tape: { max_age_days: number; refuse: string[] }
  providers: Record<string, Partial<Omit<ProviderSettings, 'id'>>>
  judge: JsonObject | null
  channels: Record<string, string>
  models: Record<string, ModelEntry>
  prices: Record<string, PriceEntry>
  catalog: { refresh: 'off' | 'daily' | 'weekly'; url: string | null; max_age_days: number }
  lint: {
    rules: Record<string, Severity | 'off'>
    retiring: { warn_days: number; error_days: number; new_pin_days: number }
    max_file_bytes: number
    max_findings_per_file: number
  }
  code: { include: string[]; exclude: string[]; min_words: number }
  drift: { canary_cases: number; alpha: number }
  calls_per_month: Record<string, number>
  exports: string[]
  review: string
  plugins: string[]
}

const gate: ResolvedGate = {
  floor: '0',
  floor_strict: false,
  min_cases: 1,
  max_cases: null,
  max_cost_usd: null,
  max_duration_s: null,
  model: null,
  accept_claimed: 'auto',
  branches: [],
}

/** What holds without an assay.yaml. */
export const defaultConfig: Config = {
  prompts: ['prompts/'],
  exclude: [],
  golden: 'prompts/golden',
  tapes: 'prompts/tapes',
  defaults: {
    provider: 'openai',
    owners: [],
    limits: { max_input_tokens: 8000, timeout_ms: 30_000, on_overflow: 'reject' },
  },
  gates: {
    schema: { ...gate, max_duration_s: 30 },
    golden: { ...gate, floor: '0.90', min_cases: 25, max_cases: 50, max_cost_usd: '0.10' },
    full: { ...gate, floor: '0.90', min_cases: 200, max_cost_usd: '2.00', branches: ['release/**'] },
    require_owner: false,
  },
  run: { max_cost_usd: null },
  verdict: { alpha: 0.05, repeats: 3, margin: 0.1 },
  tape: { max_age_days: 30, refuse: [] },
  providers: {},
  judge: null,
  channels: {},
  models: {},
  prices: {},
  catalog: { refresh: 'off', url: null, max_age_days: 60 },
  lint: {
    rules: {},
    retiring: { warn_days: 90, error_days: 14, new_pin_days: 30 },
    max_file_bytes: 1_048_576,
    max_findings_per_file: 200,
  },
  code: { include: [], exclude: ['**/test/**', '**/tests/**', '**/*.test.*', '**/node_modules/**'], min_words: 12 },
  drift: { canary_cases: 10, alpha: 0.01 },
  calls_per_month: {},
  exports: [],
  review: '.assay/review',
  plugins: [],
}

export type ParsedConfig = { ok: true; config: Config; findings: Finding[] } | { ok: false; findings: Finding[] }

/** Text of assay.yaml -> settings with all defaults. Any error in it stops everything: half-read settings would decide wrongly. */
export function parseConfig(path: string, text: string): ParsedConfig {
  const read = readYaml(path, text)
  if (!read.ok) return { ok: false, findings: read.findings }
  const problems = problemsOf(path, text, read.lines)
  problems.findings.push(...read.findings)
  // An empty file, or one with comments only, is a file with all defaults.
  const value = read.value ?? {}
  checkShape(configShape, { text, value, spans: read.spans, problems, where: 'assay.yaml' })
  if (problems.findings.length > 0 || !isJsonObject(value)) return { ok: false, findings: problems.findings }
  const source = { text, spans: read.spans, problems }
  const gates = readGates(value.gates, source)
  const runCap = isJsonObject(value.run) && typeof value.run.max_cost_usd === 'number' ? value.run.max_cost_usd : null
  const span = read.spans['/run/max_cost_usd'] ?? { start: 0, end: 0 }
  const runText = runCap === null ? null : decimalText(runCap, text.slice(span.start, span.end))
  if (runCap !== null && runText === null)
    problems.schema(span, 'decimal', 'run.max_cost_usd must be a decimal number such as 0.50.')
  if (problems.findings.length > 0) return { ok: false, findings: problems.findings }
  const { gates: _gates, run: _run, version: _version, ...rest } = value
  const merged = over(defaultConfig as unknown as JsonObject, rest) as unknown as Config
  const owner = isJsonObject(value.gates) && value.gates.require_owner === true
  return {
    ok: true,
    config: {
      ...merged,
      gates: { ...overGates(defaultConfig.gates, gates), require_owner: owner },
      run: { max_cost_usd: runText },
    },
    findings: [],
  }
}

/** The gates that a prompt is held to: its own settings over those of assay.yaml. */
export const gatesOf = (prompt: Pick<PromptFile, 'gates'>, config: Config): Record<GateName, ResolvedGate> =>
  overGates(config.gates, prompt.gates)

/** The limits of one request: the prompt's over the defaults of assay.yaml. */
export const limitsOf = (prompt: Pick<PromptFile, 'limits'>, config: Config): Limits => ({
  ...config.defaults.limits,
  ...prompt.limits,
})

function overGates(
  under: Record<GateName, ResolvedGate>,
  top: Partial<Record<GateName, GateSettings>>,
): Record<GateName, ResolvedGate> {
  return Object.fromEntries(gateNames.map((name) => [name, { ...under[name], ...defined(top[name] ?? {}) }])) as Record<
    GateName,
    ResolvedGate
  >
}

const defined = (settings: GateSettings): GateSettings =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))

/** Objects merge, lists and values replace. */
function over(under: JsonObject, top: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...under }
  for (const [key, value] of Object.entries(top)) {
    const below = Object.hasOwn(under, key) ? under[key] : undefined
    merged[key] = isJsonObject(below) && isJsonObject(value) ? over(below, value) : value
  }
  return merged
}

/** The line that a shell prints for a bad assay.yaml: `assay.yaml:7:1: unknown key "gate". Did you mean "gates"?` */
export function configError(finding: Finding): string {
  const { path, line, column, message } = finding
  return `${path}:${line}:${column}: ${message.charAt(0).toLowerCase()}${message.slice(1)}`
}
