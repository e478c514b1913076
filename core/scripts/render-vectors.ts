/**
 * Writes test/fixtures/render/*.json: prompts with values, the messages they render to and the request that the evals send.
 * TypeScript and the exported Python module must both meet them.
 *
 *     node --conditions=assay-source core/scripts/render-vectors.ts [--check]
 *
 * `--check` writes nothing and exits 1 when a file would change.
 */
import { buildRequest } from '../src/eval/request.ts'
import { chatBody } from '../src/eval/providers/openai-chat.ts'
import { parsePrompt } from '../src/registry/parse.ts'
import type { PromptFile } from '../src/registry/prompt-file.ts'
import { canonicalJson } from '../src/text/canonical-json.ts'
import type { Json, JsonObject } from '../src/text/json.ts'
import { writeGenerated } from './generated.ts'

/** The day of `{today}` in all vectors. */
export const vectorDay = '2026-11-23'

/** `refused`: neither language renders it. */
export type Vector = { id: string; prompt: JsonObject; vars: JsonObject } & (
  | { messages: Json; request: Json }
  | { refused: true }
)

type Scene = { id: string; vars: JsonObject } & Record<string, Json>

/** A prompt file of few keys. */
export function vectorPrompt(id: string, more: JsonObject): JsonObject {
  const entry = { version: '1.0.0', date: '2026-01-01', change: 'First version of a vector' }
  return { name: id, version: '1.0.0', model: 'openai/gpt-4o-2024-11-20', ...more, changelog: [entry] }
}

export function readVectorPrompt(prompt: JsonObject): PromptFile {
  const parsed = parsePrompt(`prompts/v1/${String(prompt['name'])}.yaml`, JSON.stringify(prompt))
  if (!parsed.ok || parsed.findings.length > 0) throw new Error(JSON.stringify(parsed.findings))
  return parsed.prompt
}

/** What the evals would ask, as the body of a chat completion; null when the values are refused. */
export function askedWith(prompt: PromptFile, vars: JsonObject): { messages: Json; request: Json } | null {
  const side = { side: 'head', prompt, adapter: 'openai.chat/1', model: prompt.model.id, today: vectorDay } as const
  try {
    // What no golden set may hold and no key can be made of: halves of surrogate pairs, inexact numbers.
    canonicalJson(vars)
  } catch {
    return null
  }
  const built = buildRequest(side, { id: 'vector', vars }, 0)
  if (!built.ok) return null
  return { messages: built.request.messages, request: chatBody(built.request) }
}

const nested = { z: [1, { b: 'x', a: null }], '10': 1, '9': [], deep: { empty: {}, text: 'a "b"\n\\' } }

const scenes: Record<string, Scene[]> = {
  'f-string': [
    { id: 'text-as-it-is', user_template: '[{a}]', vars: { a: '  x\n' } },
    { id: 'doubled-braces', user_template: '{{"a": {a}}}', vars: { a: 1 } },
    { id: 'braces-in-values', user_template: '{a}{b}', vars: { a: '{b}', b: '{a}{{}} {system} {{x}} {{{x}}}' } },
    { id: 'crlf', user_template: 'x\r\n{a}\r\n', vars: { a: 'y\r\nz\r' } },
    { id: 'astral', user_template: '😀{a}é', vars: { a: '𝒳 👩‍👩‍👧 e\u0301 \u202e \u0000 \u2028 \ufeff' } },
    { id: 'today', user_template: '{today}', vars: {} },
    { id: 'today-given', user_template: '{today}', vars: { today: 'tomorrow' } },
    {
      id: 'schema',
      system: 'S {output_schema}',
      user_template: 'U',
      output_schema: { type: 'object', '1': true },
      vars: {},
    },
    {
      id: 'schema-given',
      user_template: '{output_schema}',
      output_schema: { type: 'object' },
      vars: { output_schema: { a: 1 } },
    },
    {
      id: 'object-names',
      user_template: '{constructor} {toString} {self}',
      vars: { constructor: 'c', toString: 't', self: 's' },
    },
    {
      id: 'defaults',
      user_template: '{a}|{b}|{c}',
      inputs: {
        a: { type: 'string', default: 'A' },
        b: { type: 'integer', required: false },
        c: { type: 'array', default: [1] },
      },
      vars: {},
    },
    {
      id: 'enum-of-lists',
      user_template: '{a}',
      inputs: { a: { type: 'object', enum: [{ x: 1, y: [2] }] } },
      vars: { a: { y: [2], x: 1 } },
    },
    { id: 'whole-number', user_template: '{a}', inputs: { a: 'integer' }, vars: { a: 12 } },
    {
      id: 'few-shot',
      messages: [
        { role: 'system', content: 'S {a}' },
        { role: 'user', content: 'U' },
        { role: 'assistant', content: 'A' },
        { role: 'user', content: '{a}' },
      ],
      vars: { a: "it's '''quoted'''\\" },
    },
  ],
  mustache: [
    { id: 'escapes', user_template: '{{a}} {{{a}}} {{&a}} {{ a }}', vars: { a: '<b> & "c" {{a}}' } },
    { id: 'dots', user_template: '{{a.b.c}}|{{a.b}}|{{a.x}}', vars: { a: { b: { c: 1 } } } },
    {
      id: 'list',
      user_template: '{{#xs}}\n- {{.}}\n{{/xs}}\nend',
      vars: { xs: ['a', 2, true, null, { k: 'v' }, ['n']] },
    },
    {
      id: 'list-of-maps',
      user_template: '{{#xs}}{{name}}: {{n}}{{#tags}} #{{.}}{{/tags}}{{^tags}} none{{/tags}}\n{{/xs}}',
      vars: {
        xs: [
          { name: 'a', n: 1.5, tags: ['x', 'y'] },
          { name: 'b', n: 0, tags: [] },
        ],
      },
    },
    { id: 'outer-names', user_template: '{{#xs}}{{.}}{{unit}} {{/xs}}', vars: { xs: [1, 2], unit: 'kg' } },
    {
      id: 'inverted',
      user_template: '{{^a}}no{{/a}}{{#a}}yes{{/a}}{{^b}}no{{/b}}{{#b}}yes{{/b}}',
      vars: { a: 0, b: '' },
    },
    { id: 'empty-map', user_template: '{{#a}}[{{x}}]{{/a}}', vars: { a: {} } },
    { id: 'optional-section', user_template: 'x{{#a}}A{{/a}}{{^a}}B{{/a}}', vars: {} },
    { id: 'comments', user_template: 'a{{! not seen }}\n  {{! line }}\nb', vars: {} },
    { id: 'crlf-sections', user_template: '{{#a}}\r\nx\r\n{{/a}}\r\ny', vars: { a: true } },
    { id: 'json-text', user_template: '{"a": {{a}}, "b": {c: 1}}', vars: { a: nested } },
  ],
  values: [
    ...[
      0, 1.5, 1e-7, 0.00001, 123456789.125, 5e-324, 2.5e-10, 1.2345678901234567, 9007199254740991, -9007199254740991,
      100, 1e15, 0.1,
    ].map((value, index): Scene => ({ id: `number-${index}`, user_template: '{a}', vars: { a: value } })),
    { id: 'literals', user_template: '{a} {b} {c} {d}', vars: { a: true, b: false, c: null, d: [] } },
    { id: 'nested', user_template: '{a}', vars: { a: nested } },
    { id: 'controls', user_template: '{a}', vars: { a: ['\b\f\n\r\t\u0001\u007f\u009f "\\/', '\u2028\u2029', '😀'] } },
    {
      id: 'keys',
      user_template: '{a}',
      vars: { a: { b: 1, '2': 2, '01': 3, '1': 4, '4294967295': 5, '4294967294': 6, '-1': 7, '': 8, é: 9 } },
    },
    { id: 'half-pair', user_template: '{a}', vars: { a: 'x\ud800' } },
    { id: 'half-pair-inside', user_template: '{a}', vars: { a: [{ b: '\udc00y' }] } },
    { id: 'half-pair-key', user_template: '{a}', vars: { a: { '\ud83d': 1 } } },
    { id: 'inexact', user_template: '{a}', vars: { a: 1e21 } },
    { id: 'inexact-inside', user_template: '{a}', vars: { a: [9007199254740994] } },
    { id: 'missing', user_template: '{a} {b}', vars: { b: 1 } },
    { id: 'wrong-type', user_template: '{a}', inputs: { a: 'array' }, vars: { a: 'x' } },
    { id: 'no-boolean-number', user_template: '{a}', inputs: { a: 'number' }, vars: { a: true } },
    { id: 'not-in-enum', user_template: '{a}', inputs: { a: { type: 'number', enum: [1, 2] } }, vars: { a: 3 } },
    { id: 'no-half-integer', user_template: '{a}', inputs: { a: 'integer' }, vars: { a: 1.5 } },
  ],
  requests: [
    { id: 'plain', user_template: 'U', vars: {} },
    {
      id: 'parameters',
      user_template: 'U',
      parameters: {
        temperature: 0.1,
        top_p: 1,
        max_tokens: 800,
        seed: 7,
        stop: ['a', '\n'],
        presence_penalty: 0,
        top_k: 40,
      },
      vars: {},
    },
    { id: 'reasoning', user_template: 'U', parameters: { max_tokens: 2000, reasoning_effort: 'low' }, vars: {} },
    { id: 'short-temperature', user_template: 'U', temperature: 1e-7, vars: {} },
    { id: 'json-object', user_template: 'U', parameters: { response_format: 'json_object' }, vars: {} },
    { id: 'text', user_template: 'U', parameters: { response_format: 'text' }, vars: {} },
    {
      id: 'json/schema.v1',
      user_template: 'U',
      parameters: { response_format: 'json_schema' },
      output_schema: { type: 'object', properties: {} },
      vars: {},
    },
    {
      id: 'tools',
      user_template: 'U',
      tools: [
        {
          name: 'look_up',
          description: 'Looks up',
          parameters: { type: 'object', properties: { q: { type: 'string' } } },
          strict: true,
        },
      ],
      tool_choice: 'auto',
      vars: {},
    },
    { id: 'own-limit', user_template: 'U', parameters: { max_output_tokens: 5, seed: 0 }, vars: {} },
  ],
}

const vectorOf = ({ id, vars, ...more }: Scene, group: string): Vector => {
  const prompt = vectorPrompt(id, {
    ...(group === 'mustache' ? { template_format: group } : {}),
    ...more,
  } as JsonObject)
  const asked = askedWith(readVectorPrompt(prompt), vars)
  return { id, prompt, vars, ...(asked ?? { refused: true }) }
}

/** Path -> text of all vector files. Halves of surrogate pairs stand as escapes, so that the files are UTF-8. */
export function vectorFiles(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(scenes).map(([name, list]) => [
      `test/fixtures/render/${name}.json`,
      `${JSON.stringify(
        list.map((scene) => vectorOf(scene, name)),
        null,
        2,
      )}\n`,
    ]),
  )
}

if (import.meta.main) writeGenerated(vectorFiles(), process.argv.includes('--check'))
