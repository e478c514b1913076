import { canonicalJson } from '../text/canonical-json.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { sha256Hex } from '../text/sha256.ts'
import type { Sha256 } from '../text/sha256.ts'
import type { ModelRef, PromptFile } from './prompt-file.ts'

/** The parts of a prompt that its hash covers; `raw` is the file's own text of the blocks that are hashed as written. */
export type Hashed = Pick<
  PromptFile,
  | 'model'
  | 'parameters'
  | 'messages'
  | 'templateFormat'
  | 'tools'
  | 'toolChoice'
  | 'inputs'
  | 'outputSchema'
  | 'fallbacks'
  | 'tiers'
> & {
  hasParameters: boolean
  hasFallbacks: boolean
  hasTiers: boolean
  limits?: Json
  embedding?: Json
  retrieval?: Json
}

/**
 * The canonical form of REGISTRY 7: everything whose change needs a new version, nothing else. Absent parts are left
 * out; only template_format is always there, because a template cannot be read without it.
 */
export function canonicalForm(prompt: Hashed): JsonObject {
  const form: Record<string, Json | undefined> = {
    format: 1,
    model: modelForm(prompt.model),
    parameters: prompt.hasParameters ? prompt.parameters : undefined,
    messages: prompt.messages.map(({ role, template }) => ({ role, content: template })),
    template_format: prompt.templateFormat,
    tools: prompt.tools,
    tool_choice: prompt.toolChoice,
    inputs: inputsForm(prompt.inputs),
    output_schema: prompt.outputSchema,
    fallbacks: prompt.hasFallbacks
      ? prompt.fallbacks.map((each) => ({ ...each, model: modelForm(each.model) }) as JsonObject)
      : undefined,
    tiers: prompt.hasTiers
      ? prompt.tiers.map((each) => ({ ...each, model: modelForm(each.model) }) as JsonObject)
      : undefined,
    limits: prompt.limits,
    embedding: prompt.embedding,
    retrieval: prompt.retrieval,
  }
  return Object.fromEntries(Object.entries(form).filter(([, value]) => value !== undefined)) as JsonObject
}

/** SHA-256 of the canonical form, with CRLF as LF. */
export function canonicalHash(prompt: Hashed): Sha256 {
  const form = canonicalForm(prompt)
  const text = canonicalJson(form)
  // Only quoted scalars can still hold CRLF; most files have none, and are written once.
  return sha256Hex(text.includes('\\r\\n') ? canonicalJson(unixLines(form)) : text)
}

/** A model without the members that change no answer: an accepted alias is the same model. */
export function modelForm(model: ModelRef): JsonObject {
  const { pin: _pin, pin_reason: _reason, ...rest } = model
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as JsonObject
}

function inputsForm(inputs: PromptFile['inputs']): JsonObject | undefined {
  if (inputs === null) return undefined
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { description: _description, sample: _sample, ...spec }]) => [
      name,
      spec as JsonObject,
    ]),
  )
}

function unixLines(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll('\r\n', '\n')
  if (Array.isArray(value)) return value.map(unixLines)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unixLines(item)]))
}
