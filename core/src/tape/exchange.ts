import type { Json, JsonObject } from '../text/json.ts'
import type { Sha256 } from '../text/sha256.ts'

/** Everything that decides an answer, and nothing else: the request's key is made of exactly these members (EVALS 1). */
export type ModelRequest = {
  /** Name and version of the request format: `openai.chat/1`. */
  adapter: string
  /** The model as it is sent. */
  model: string
  messages: { role: string; content: string }[]
  params: JsonObject
  tools?: Json
  responseFormat?: Json
  /** Sample index: repeats of one request differ in it alone. */
  i: number
}

export type Usage = { inputTokens: number; cachedInputTokens: number; outputTokens: number; reasoningTokens: number }

export type Finish = 'stop' | 'length' | 'tool' | 'filter' | 'refusal' | 'unknown'

/** How we know an answer. Computed from where it was found, never read from a file (EVALS 3). */
export type Evidence = 'measured' | 'recorded' | 'claimed'

/** What a model returned. */
export type Answer = {
  key: Sha256
  text: string
  toolCalls: { name: string; arguments: Json }[]
  model: string
  responseModel: string | null
  fingerprint: string | null
  finish: Finish
  usage: Usage | null
  latencyMs: number
  /** ISO 8601, UTC. */
  at: string
  by: string
  evidence: Evidence
}
