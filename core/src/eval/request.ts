import type { Case } from '../registry/golden.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import { render } from '../registry/render.ts'
import type { Json, JsonObject } from '../text/json.ts'
import type { ModelRequest } from '../tape/exchange.ts'

/** One version of a prompt as it is asked: with which adapter, on which model, on which day. */
export type Side = {
  side: 'base' | 'head'
  prompt: PromptFile
  adapter: string
  /** The model as sent; the prompt's own unless `--model` or a proxy says otherwise. */
  model: string
  /** UTC date for the built-in `{today}`, YYYY-MM-DD. */
  today: string
}

export type BuiltRequest = { ok: true; request: ModelRequest } | { ok: false; problem: string }

/**
 * The request of a case: rendered messages, parameters under the names of the key (EVALS 1), tools, response format.
 * A case that gives no value for an input is a problem in words, naming all missing inputs at once.
 */
export function buildRequest(side: Side, c: Pick<Case, 'id' | 'vars'>, i: number): BuiltRequest {
  const { prompt } = side
  const rendered = render(prompt, c.vars, { today: side.today })
  if (!rendered.ok) {
    const missing = rendered.missing.map((name) => `{${name}}`).join(', ')
    const problems = [...(missing ? [`gives no value for ${missing}`] : []), ...rendered.problems]
    return { ok: false, problem: `${prompt.name}: case ${c.id} ${problems.join('; ')}.` }
  }
  const { max_tokens, response_format, ...others } = prompt.parameters
  const params: JsonObject = { ...others }
  if (max_tokens !== undefined) params['max_output_tokens'] = max_tokens
  if (prompt.toolChoice !== undefined) params['tool_choice'] = prompt.toolChoice
  const responseFormat = formatOf(response_format, prompt)
  return {
    ok: true,
    request: {
      adapter: side.adapter,
      model: side.model,
      messages: rendered.messages,
      params,
      ...(prompt.tools ? { tools: prompt.tools.map((tool) => ({ type: 'function', function: tool })) } : {}),
      ...(responseFormat === undefined ? {} : { responseFormat }),
      i,
    },
  }
}

function formatOf(format: Json | undefined, prompt: PromptFile): Json | undefined {
  if (format === 'json_object') return { type: 'json_object' }
  if (format !== 'json_schema') return undefined
  // The name is part of the request, so it must not change with the file's place.
  const name = prompt.name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64)
  return { type: 'json_schema', json_schema: { name, schema: prompt.outputSchema ?? {}, strict: true } }
}
