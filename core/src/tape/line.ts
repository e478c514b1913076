import { canonicalJson } from '../text/canonical-json.ts'
import { AssayError } from '../errors.ts'
import { isJsonObject, type Json, type JsonObject } from '../text/json.ts'
import { findSecret } from '../text/secrets.ts'
import { sha256Hex, type Sha256 } from '../text/sha256.ts'
import type { Answer, Evidence, Finish } from './exchange.ts'

/** One recorded answer as it stands in `prompts/tapes/<name>.jsonl`. The request is not stored: it is rendered again. */
export type TapeLine = {
  v: 1
  k: Sha256
  case: string
  i: number
  model: string
  response_model: string | null
  fingerprint: string | null
  at: string
  /** ci | dev | hand. */
  by: string
  finish: Finish
  usage: { in: number; out: number; cached: number; reasoning: number } | null
  ms: number
  out: string | { text: string; tool_calls: { name: string; arguments: Json }[] }
  /** First 16 hex digits of the SHA-256 of the line's canonical JSON without `h`. */
  h: string
}

/** Longer lines are refused: one answer of a megabyte is a runaway model, not an answer. */
export const maxLineBytes = 1_048_576

/** The hash that catches hand edits, bad merges and truncation. It does not stop a forger: evidence levels do. */
export function lineHash(line: JsonObject): string {
  const { h: _, ...rest } = line
  return sha256Hex(canonicalJson(rest)).slice(0, 16)
}

/**
 * An answer as a tape line. `secrets` are values that must not be written whatever they look like (the key in use).
 * @throws AssayError `tape-secret` when the answer holds the shape of a secret: a redacted answer would mean something
 * else, so nothing is written at all.
 */
export function toTapeLine(answer: Answer, caseId: string, i: number, secrets: readonly string[] = []): TapeLine {
  const content = `${answer.text}\n${JSON.stringify(answer.toolCalls)}`
  const known = secrets.filter(
    (value) => content.includes(value) || content.includes(JSON.stringify(value).slice(1, -1)),
  )
  const secret = known.length > 0 ? { kind: 'the key in use', shown: 'not shown' } : findSecret(content)
  if (secret) {
    throw new AssayError(
      'tape-secret',
      `The answer of case ${caseId} holds what looks like a secret (${secret.kind}, ${secret.shown}).`,
      {
        hint: 'It was not recorded. Remove the secret from the case; if it is real, revoke it.',
      },
    )
  }
  const line = {
    v: 1 as const,
    k: answer.key,
    case: caseId,
    i,
    model: answer.model,
    response_model: answer.responseModel,
    fingerprint: answer.fingerprint,
    at: answer.at,
    by: answer.by,
    finish: answer.finish,
    usage: answer.usage && {
      in: answer.usage.inputTokens,
      out: answer.usage.outputTokens,
      cached: answer.usage.cachedInputTokens,
      reasoning: answer.usage.reasoningTokens,
    },
    ms: Math.round(answer.latencyMs),
    out: answer.toolCalls.length > 0 ? { text: answer.text, tool_calls: answer.toolCalls } : answer.text,
  }
  return { ...line, h: lineHash(line) }
}

/** A tape line as an answer, with the evidence that its place gives it. */
export function toAnswer(line: TapeLine, evidence: Evidence): Answer {
  const text = typeof line.out === 'string' ? line.out : line.out.text
  return {
    key: line.k,
    text,
    toolCalls: typeof line.out === 'string' ? [] : line.out.tool_calls,
    model: line.model,
    responseModel: line.response_model,
    fingerprint: line.fingerprint,
    finish: line.finish,
    usage: line.usage && {
      inputTokens: line.usage.in,
      outputTokens: line.usage.out,
      cachedInputTokens: line.usage.cached,
      reasoningTokens: line.usage.reasoning,
    },
    latencyMs: line.ms,
    at: line.at,
    by: line.by,
    evidence,
  }
}

const finishes: readonly string[] = ['stop', 'length', 'tool', 'filter', 'refusal', 'unknown']

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

const isUsage = (value: unknown): boolean =>
  value === null || (isJsonObject(value) && ['in', 'out', 'cached', 'reasoning'].every((name) => isCount(value[name])))

const isOut = (value: unknown): boolean =>
  typeof value === 'string' ||
  (isJsonObject(value) &&
    typeof value['text'] === 'string' &&
    Array.isArray(value['tool_calls']) &&
    value['tool_calls'].every((call) => isJsonObject(call) && typeof call['name'] === 'string'))

const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string'

/** Why a parsed line cannot be used, or null when it is a whole tape line. Unknown members are allowed and hashed. */
export function lineProblem(value: Json): string | null {
  if (!isJsonObject(value)) return 'is not a JSON object'
  if (typeof value['v'] === 'number' && value['v'] > 1)
    return `was made by a newer Assay (v ${value['v']}); this one reads 1`
  const wrong = [
    value['v'] === 1 || 'v',
    /^[0-9a-f]{64}$/.test(String(value['k'])) || 'k',
    typeof value['case'] === 'string' || 'case',
    isCount(value['i']) || 'i',
    typeof value['model'] === 'string' || 'model',
    isTextOrNull(value['response_model']) || 'response_model',
    isTextOrNull(value['fingerprint']) || 'fingerprint',
    !Number.isNaN(Date.parse(String(value['at']))) || 'at',
    typeof value['by'] === 'string' || 'by',
    finishes.includes(String(value['finish'])) || 'finish',
    isUsage(value['usage']) || 'usage',
    isCount(value['ms']) || 'ms',
    isOut(value['out']) || 'out',
  ].find((check) => check !== true)
  if (wrong) return `has no valid "${wrong}"`
  const hash = lineHash(value)
  if (value['h'] !== hash)
    return `was changed after it was recorded (its hash says ${JSON.stringify(value['h'] ?? null)}, its content ${hash})`
  return null
}
