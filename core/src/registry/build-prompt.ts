import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { canonicalHash, modelForm } from './canonical.ts'
import type { Hashed } from './canonical.ts'
import { readGates } from './gate-settings.ts'
import { splitModel } from './model-id.ts'
import { folder, nameFromPath } from './paths.ts'
import type { PromptSource } from './parse.ts'
import type { ChangelogEntry, InputSpec, Message, ModelRef, PromptFile } from './prompt-file.ts'
import { resolveReferences } from './references.ts'
import { scorerSpecs } from './scorer-spec.ts'

/** Builds the prompt from a value that has passed its shape; null when no message is left. */
export function buildPrompt(source: PromptSource): PromptFile | null {
  const { value } = source
  const messages = messagesOf(value)
  if (messages.length === 0) return null
  const model = modelOf(value.model!, '/model', source, text(value.provider))
  const hashed: Hashed = {
    model,
    parameters: {
      ...object(value.parameters),
      ...(value.temperature === undefined ? {} : { temperature: value.temperature }),
    },
    hasParameters: value.parameters !== undefined || value.temperature !== undefined,
    messages,
    templateFormat: value.template_format === 'mustache' ? 'mustache' : 'f-string',
    ...(Array.isArray(value.tools) ? { tools: value.tools } : {}),
    ...(typeof value.tool_choice === 'string' ? { toolChoice: value.tool_choice } : {}),
    inputs: inputsOf(value.inputs),
    ...outputSchemaOf(source),
    fallbacks: fallbacksOf(source),
    hasFallbacks: value.fallbacks !== undefined,
    tiers: tiersOf(source),
    hasTiers: value.tiers !== undefined,
    ...(value.limits === undefined ? {} : { limits: value.limits }),
    ...embeddingForm(source),
    ...retrievalForm(source),
  }
  const {
    hasParameters: _p,
    hasFallbacks: _f,
    hasTiers: _t,
    limits: _l,
    embedding: _e,
    retrieval: _r,
    ...kept
  } = hashed
  return {
    ...identity(source),
    ...kept,
    ...settings(source),
    canonicalHash: canonicalHash(hashed),
    spans: source.spans,
  }
}

function identity({ path, value, o }: PromptSource) {
  const description = text(value.description)
  return {
    path,
    name: text(value.name) ?? nameFromPath(path, folder(o.promptsFolder ?? 'prompts/')),
    version: String(value.version),
    status: (value.status ?? 'active') as PromptFile['status'],
    owners: list(value.owners) as string[],
    tags: list(value.tags) as string[],
    ...(description === undefined ? {} : { description }),
    modelText: isJsonObject(value.model!) ? String(value.model.id) : String(value.model),
  }
}

function settings(source: PromptSource) {
  const { value } = source
  const evals = object(value.evals)
  return {
    limits: object(value.limits) as PromptFile['limits'],
    ...optionalObjects(value, ['budget', 'embedding', 'retrieval', 'judge', 'rollout']),
    evals: {
      ...(typeof evals.golden === 'string' ? { golden: evals.golden } : {}),
      ...(typeof evals.full === 'string' ? { full: evals.full } : {}),
      ...(typeof evals.skip === 'string' ? { skip: evals.skip } : {}),
      assertions: scorerSpecs(evals.assertions),
    },
    gates: readGates(value.gates, source),
    changelog: list(value.changelog).map(entryOf),
    extra: Object.fromEntries(Object.entries(value).filter(([key]) => key.startsWith('x-'))),
  }
}

const optionalObjects = (value: JsonObject, keys: string[]): JsonObject =>
  Object.fromEntries(keys.flatMap((key) => (isJsonObject(value[key]) ? [[key, value[key]!]] : [])))

/** A broken entry keeps its place with empty members: the rules of the changelog count positions. */
const entryOf = (entry: Json): ChangelogEntry =>
  isJsonObject(entry) ? (entry as ChangelogEntry) : { version: '', date: '', change: '' }

function messagesOf(value: JsonObject): Message[] {
  if (Array.isArray(value.messages)) {
    return value.messages
      .filter(isJsonObject)
      .map(({ role, content }) => ({ role: role as Message['role'], template: String(content) }))
  }
  const parts: Message[] = []
  if (typeof value.system === 'string') parts.push({ role: 'system', template: value.system })
  if (typeof value.user_template === 'string') parts.push({ role: 'user', template: value.user_template })
  return parts
}

/** The JSON pointers of the templates, in the order of `messages`. */
export function templatePointers(spans: Record<string, unknown>, count: number): string[] {
  if (spans['/messages']) return Array.from({ length: count }, (_, index) => `/messages/${index}/content`)
  return ['/system', '/user_template'].filter((pointer) => spans[pointer] !== undefined).slice(-count)
}

/** A model with its provider split off; reports a prefix that contradicts the `provider` field. */
function modelOf(value: Json, pointer: string, source: PromptSource, field?: string): ModelRef {
  const written = isJsonObject(value) ? value : { id: String(value) }
  const named = text(written.provider) ?? field
  const split = splitModel(String(written.id), {
    ...(named === undefined ? {} : { field: named }),
    default: source.o.provider ?? 'openai',
    ...(source.o.knownProviders ? { known: source.o.knownProviders } : {}),
  })
  if (split.conflict) {
    const { prefix, field: other } = split.conflict
    source.problems.schema(
      source.spans[pointer] ?? { start: 0, end: 0 },
      'provider',
      `The model says provider "${prefix}", provider says "${other}": keep one.`,
    )
  }
  const { provider: _provider, ...rest } = written as ModelRef
  return { ...rest, id: split.id, ...(split.provider === undefined ? {} : { provider: split.provider }) }
}

function inputsOf(inputs: Json | undefined): PromptFile['inputs'] {
  if (!isJsonObject(inputs)) return null
  return Object.fromEntries(
    Object.entries(inputs).map(([name, spec]) => [
      name,
      (typeof spec === 'string' ? { type: spec } : spec) as InputSpec,
    ]),
  )
}

function outputSchemaOf(source: PromptSource): { outputSchema?: Json } {
  const schema = source.value.output_schema
  if (schema === undefined) return {}
  if (!source.o.readFile) return { outputSchema: schema }
  const resolved = resolveReferences(schema, source.path, source.o.readFile)
  if (resolved.ok) return { outputSchema: resolved.value }
  const span = source.spans['/output_schema/$ref'] ?? source.spans['/output_schema']!
  source.problems.schema(span, 'reference', resolved.problem)
  return {}
}

function fallbacksOf(source: PromptSource): PromptFile['fallbacks'] {
  return list(source.value.fallbacks).map((fallback, index) => {
    const pointer = `/fallbacks/${index}`
    if (!isJsonObject(fallback)) return { model: modelOf(fallback, pointer, source) }
    return {
      ...fallback,
      model: modelOf(fallback.model!, `${pointer}/model`, source),
    } as PromptFile['fallbacks'][number]
  })
}

function tiersOf(source: PromptSource): PromptFile['tiers'] {
  return list(source.value.tiers)
    .filter(isJsonObject)
    .map(
      (tier, index) =>
        ({ ...tier, model: modelOf(tier.model!, `/tiers/${index}/model`, source) }) as PromptFile['tiers'][number],
    )
}

function embeddingForm(source: PromptSource): { embedding?: Json } {
  const { embedding } = source.value
  if (!isJsonObject(embedding)) return {}
  const { provider, ...rest } = embedding
  return {
    embedding: { ...rest, model: modelForm(modelOf(embedding.model!, '/embedding/model', source, text(provider))) },
  }
}

function retrievalForm(source: PromptSource): { retrieval?: Json } {
  const { retrieval } = source.value
  if (!isJsonObject(retrieval)) return {}
  if (!isJsonObject(retrieval.reranker)) return { retrieval }
  const model = modelForm(modelOf(retrieval.reranker.model!, '/retrieval/reranker/model', source))
  return { retrieval: { ...retrieval, reranker: { ...retrieval.reranker, model } } }
}

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined)
const object = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
