import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import type { Sha256 } from '../text/sha256.ts'
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
  const { path, value, o } = source
  const messages = messagesOf(value)
  if (messages.length === 0) return null
  const hashed = hashedOf(source, messages)
  const prompt = {
    path,
    name: text(value.name) ?? nameFromPath(path, folder(o.promptsFolder ?? 'prompts/')),
    version: String(value.version),
    status: (value.status ?? 'active') as PromptFile['status'],
    owners: list(value.owners) as string[],
    tags: list(value.tags) as string[],
    modelText: isJsonObject(value.model!) ? String(value.model.id) : String(value.model),
    model: hashed.model,
    parameters: hashed.parameters,
    messages,
    templateFormat: hashed.templateFormat,
    inputs: hashed.inputs,
    fallbacks: hashed.fallbacks,
    tiers: hashed.tiers,
    limits: object(value.limits) as PromptFile['limits'],
    evals: evalsOf(object(value.evals)),
    gates: readGates(value.gates, source),
    changelog: list(value.changelog).map(entryOf),
    extra: extraOf(value),
    spans: source.spans,
    [hashParts]: hashed,
  } as Built
  if (typeof value.description === 'string') prompt.description = value.description
  if (hashed.tools !== undefined) prompt.tools = hashed.tools
  if (hashed.toolChoice !== undefined) prompt.toolChoice = hashed.toolChoice
  if (hashed.outputSchema !== undefined) prompt.outputSchema = hashed.outputSchema
  for (const key of ['budget', 'embedding', 'retrieval', 'judge', 'rollout'] as const) {
    const block = value[key]
    if (isJsonObject(block)) prompt[key] = block
  }
  Object.defineProperty(prompt, hashParts, { enumerable: false })
  return Object.defineProperty(prompt, 'canonicalHash', lazyHash)
}

const hashParts = Symbol('the parts that canonicalHash covers')
type Built = PromptFile & { [hashParts]: Hashed | Sha256 }

// The hash costs as much as a third of the parsing, and without a base nobody asks for it. An own, enumerable member, so
// that copies and JSON hold it; one getter for all, because a closure each would make every prompt a slow object.
const lazyHash: PropertyDescriptor & ThisType<Built> = {
  enumerable: true,
  configurable: true,
  get() {
    const parts = this[hashParts]
    if (typeof parts === 'string') return parts
    return (this[hashParts] = canonicalHash(parts))
  },
}

function hashedOf(source: PromptSource, messages: Message[]): Hashed {
  const { value } = source
  const hashed: Hashed = {
    model: modelOf(value.model!, '/model', source, text(value.provider)),
    parameters: parametersOf(value),
    hasParameters: value.parameters !== undefined || value.temperature !== undefined,
    messages,
    templateFormat: value.template_format === 'mustache' ? 'mustache' : 'f-string',
    inputs: inputsOf(value.inputs),
    fallbacks: fallbacksOf(source),
    hasFallbacks: value.fallbacks !== undefined,
    tiers: tiersOf(source),
    hasTiers: value.tiers !== undefined,
  }
  if (Array.isArray(value.tools)) hashed.tools = value.tools
  if (typeof value.tool_choice === 'string') hashed.toolChoice = value.tool_choice
  if (value.limits !== undefined) hashed.limits = value.limits
  Object.assign(hashed, outputSchemaOf(source), embeddingForm(source), retrievalForm(source))
  return hashed
}

function parametersOf(value: JsonObject): JsonObject {
  const parameters = { ...object(value.parameters) }
  if (value.temperature !== undefined) parameters.temperature = value.temperature
  return parameters
}

function evalsOf(evals: JsonObject): PromptFile['evals'] {
  const kept: PromptFile['evals'] = { assertions: scorerSpecs(evals.assertions) }
  if (typeof evals.golden === 'string') kept.golden = evals.golden
  if (typeof evals.full === 'string') kept.full = evals.full
  if (typeof evals.skip === 'string') kept.skip = evals.skip
  return kept
}

function extraOf(value: JsonObject): JsonObject {
  const extra: JsonObject = {}
  for (const key of Object.keys(value)) if (key.startsWith('x-')) extra[key] = value[key]!
  return extra
}

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
