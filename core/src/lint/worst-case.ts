import { limitsOf } from '../registry/config.ts'
import { builtInNames } from '../registry/built-in.ts'
import type { Case } from '../registry/golden.ts'
import type { ModelRef } from '../registry/prompt-file.ts'
import type { Json } from '../text/json.ts'
import type { RuleContext } from './rule.ts'

/** What one request can take at most. */
export type WorstCase = {
  /** null: an input is unbounded and no limit stops it; `unbounded` names it. */
  input: number | null
  /** null: nothing says how long an answer may be. */
  output: number | null
  /** false: no tokenizer counted the text. */
  exact: boolean
  unbounded: string | null
  /** What a person can lower: the input with the largest `max_tokens`, or the limit that cut the sum. */
  lever: { pointer: string; name: string; tokens: number } | null
}

/** The worst request of a prompt to a model (REGISTRY 11); null when tokens cannot be counted. */
export function worstCase(context: RuleContext, model: ModelRef): WorstCase | null {
  const { prompt, config } = context
  const fixed = fixedTokens(context, model)
  if (fixed === null) return null
  const limits = limitsOf(prompt, config)
  const used = new Set(context.templates().flatMap(({ parsed }) => parsed.placeholders.map(({ name }) => name)))
  const names = [...used].filter((name) => !builtInNames.includes(name))
  const bounds = names.map((name) => ({ name, most: prompt.inputs?.[name]?.max_tokens }))
  const unbounded = bounds.find(({ most }) => most === undefined)?.name ?? null
  const sum = unbounded === null ? fixed.tokens + bounds.reduce((total, { most }) => total + most!, 0) : null
  const cap = limits.max_input_tokens
  const input = cap === undefined ? sum : Math.min(sum ?? cap, cap)
  const isCut = cap !== undefined && input === cap
  const largest = bounds.toSorted((a, b) => (b.most ?? 0) - (a.most ?? 0))[0]
  const lever = isCut
    ? { pointer: '/limits/max_input_tokens', name: 'limits.max_input_tokens', tokens: cap }
    : largest
      ? { pointer: `/inputs/${largest.name}/max_tokens`, name: `${largest.name}.max_tokens`, tokens: largest.most ?? 0 }
      : null
  return { input, output: outputTokens(context, model), exact: fixed.exact, unbounded, lever }
}

/** How long an answer may be: the prompt's limit, its parameter, else what the model can write at most. */
function outputTokens(context: RuleContext, model: ModelRef): number | null {
  const asked = context.prompt.parameters['max_tokens']
  return (
    limitsOf(context.prompt, context.config).max_output_tokens ??
    (typeof asked === 'number' ? asked : (context.limits?.(model)?.maxOutput ?? null))
  )
}

/** Templates, schema and tools: what every request carries. */
export function fixedTokens(
  { prompt, count }: RuleContext,
  model: ModelRef,
): { tokens: number; exact: boolean } | null {
  if (!count) return null
  const parts = [prompt.outputSchema, prompt.tools].filter((part) => part !== undefined)
  const texts = [...prompt.messages.map(({ template }) => template), ...parts.map((part) => JSON.stringify(part))]
  return total(texts.map((text) => count(text, model)))
}

/** The case with the most text, counted; null without cases or a count. */
export function longestCase({ golden, count }: RuleContext, model: ModelRef) {
  if (!count || !golden) return null
  let longest: { one: Case; length: number } | null = null
  for (const one of golden.cases) {
    const length = Object.values(one.vars).reduce<number>((sum, value) => sum + textOf(value).length, 0)
    if (!longest || length > longest.length) longest = { one, length }
  }
  if (!longest) return null
  return { one: longest.one, ...total(Object.values(longest.one.vars).map((value) => count(textOf(value), model))) }
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2))

const total = (counts: readonly { tokens: number; exact: boolean }[]): { tokens: number; exact: boolean } => ({
  tokens: counts.reduce((sum, { tokens }) => sum + tokens, 0),
  exact: counts.every(({ exact }) => exact),
})

/** `139,000`. */
export const grouped = (n: number): string => n.toLocaleString('en-US')
