import * as fc from 'fast-check'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { stale } from '../../../core/scripts/generated.ts'
import {
  askedWith,
  readVectorPrompt,
  vectorDay,
  vectorFiles,
  vectorPrompt,
} from '../../../core/scripts/render-vectors.ts'
import type { Vector } from '../../../core/scripts/render-vectors.ts'
import { pythonModule } from '../../../core/src/formats/python-module.ts'
import { exportPython } from '../../../core/src/formats/python.ts'
import { exportHash, exportedOf, readExportHead } from '../../../core/src/registry/exported.ts'
import type { PromptFile } from '../../../core/src/registry/prompt-file.ts'
import { parseTemplate } from '../../../core/src/registry/template.ts'
import { packageVersion } from '../../../core/src/text/command.ts'
import type { Json, JsonObject } from '../../../core/src/text/json.ts'

const root = new URL('../../fixtures/render/', import.meta.url).pathname
const runner = new URL('../../python/run_vectors.py', import.meta.url).pathname
const vectors = readdirSync(root).flatMap((name) => JSON.parse(readFileSync(join(root, name), 'utf8')) as Vector[])

const version = spawnSync('python3', ['-c', 'import sys; print(sys.version_info >= (3, 9))'], { encoding: 'utf8' })
const hasPython = version.status === 0 && version.stdout.trim() === 'True'
if (!hasPython) console.warn('python3 (3.9 or newer) is not there: the exported module is not run.')

const folder = mkdtempSync(join(tmpdir(), 'assay-python-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Answer = { messages: Json; request: Json } | { error: string }

/** One Python process for all vectors; values go over as JSON text. */
function inPython(prompts: PromptFile[], asked: { name: string; vars: string }[]): Answer[] {
  const module = join(folder, `assay_prompts_${prompts.length}.py`)
  const done = exportPython(prompts, null)
  expect(done.left).toEqual([])
  writeFileSync(module, done.text)
  const input = JSON.stringify({ module, today: vectorDay, vectors: asked })
  const run = spawnSync('python3', ['-I', runner], { input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  if (run.status !== 0) throw new Error(run.stderr)
  return JSON.parse(run.stdout) as Answer[]
}

test('the vectors are fresh: node core/scripts/render-vectors.ts', () => {
  expect(stale(vectorFiles())).toEqual([])
})

test.each(vectors)('TypeScript: $id', (vector) => {
  const asked = askedWith(readVectorPrompt(vector.prompt), vector.vars)
  expect(asked).toEqual('refused' in vector ? null : { messages: vector.messages, request: vector.request })
})

test.runIf(process.env['CI'] === 'true')('CI has python3', () => {
  expect(hasPython).toBe(true)
})

describe.skipIf(!hasPython)('Python', () => {
  test('meets all vectors', () => {
    const prompts = vectors.map(({ prompt }) => readVectorPrompt(prompt))
    const answers = inPython(
      prompts,
      vectors.map(({ id, vars }) => ({ name: id, vars: JSON.stringify(vars) })),
    )
    for (const [index, vector] of vectors.entries()) {
      const answer = answers[index]!
      if ('refused' in vector) expect(answer, vector.id).toEqual({ error: expect.stringContaining(`${vector.id}: `) })
      else expect(answer, vector.id).toEqual({ messages: vector.messages, request: vector.request })
    }
  })

  test('200 random prompts and values render the same in both', () => {
    const cases = fc.sample(promptAndVars, { numRuns: 200, seed: 20261123 })
    const prompts = cases.map(({ more }, index) => readVectorPrompt(vectorPrompt(`p${index}`, more)))
    const given = cases.map(({ vars }, index) => onlyUsed(prompts[index]!, vars))
    const answers = inPython(
      prompts,
      given.map((vars, index) => ({ name: `p${index}`, vars: JSON.stringify(vars) })),
    )
    let rendered = 0
    for (const [index, answer] of answers.entries()) {
      // The values as Python got them: JSON has no -0.
      const vars = JSON.parse(JSON.stringify(given[index])) as JsonObject
      const asked = askedWith(prompts[index]!, vars)
      const shown = JSON.stringify({ more: cases[index]!.more, vars })
      if (asked === null) expect(answer, shown).toHaveProperty('error')
      else {
        expect(answer, shown).toEqual(asked)
        rendered += 1
      }
    }
    expect(rendered).toBeGreaterThan(100)
  })

  test('keys of objects come in the order of ECMAScript, whatever their order in Python', () => {
    const vars = '{"a": {"b": 1, "2": 2, "01": 3, "1": 4, "4294967295": 5, "4294967294": 6, "1.5": 1.0}}'
    const prompt = readVectorPrompt(vectorPrompt('keys', { user_template: '{a}' }))
    const [answer] = inPython([prompt], [{ name: 'keys', vars }])
    expect(answer).toEqual(askedWith(prompt, JSON.parse(vars) as JsonObject))
  })

  test('says what is wrong in one sentence', () => {
    const prompt = readVectorPrompt(
      vectorPrompt('said', {
        user_template: '{a} {b}',
        inputs: { a: 'array', b: { type: 'string', enum: ['x', 'y'] } },
      }),
    )
    const ask = (vars: object) => ({ name: 'said', vars: JSON.stringify(vars) })
    const asked = [{}, { a: 1, b: 'z' }, { a: [], b: 'x', c: 1 }, { a: ['\ud800'], b: 'x' }, { a: [2 ** 53], b: 'x' }]
    const answers = inPython([prompt], [...asked.map(ask), { name: 'other', vars: '{}' }])
    expect(answers.map((answer) => ('error' in answer ? answer.error : answer))).toEqual([
      `said: missing inputs 'a', 'b'`,
      `said: input 'a' must be array, not number; input 'b' must be one of "x", "y"`,
      `said: unknown input 'c'`,
      `said: input 'a' holds half of a surrogate pair`,
      `said: input 'a' is 9007199254740992, which JSON cannot hold exactly: give it as text`,
      `no prompt 'other'; there are: said`,
    ])
  })

  test('load_prompt takes the highest version, a major, or a version', () => {
    const of = (major: number) =>
      readVectorPrompt({
        ...vectorPrompt('many', { user_template: `v${major}` }),
        version: `${major}.0.0`,
        changelog: [{ version: `${major}.0.0`, date: '2026-01-01', change: 'A version of many' }],
      })
    const module = join(folder, 'many.py')
    writeFileSync(module, exportPython([of(10), of(2), of(9)], null).text)
    const code = `
from many import load_prompt, PromptError
print([load_prompt("many").version, load_prompt("many", major=2).version, load_prompt("many", version="9.0.0").render()])
try:
    load_prompt("many", major=3)
except PromptError as error:
    print(error)
try:
    load_prompt("many").render(a=object())
except PromptError as error:
    print(error)
`
    const run = spawnSync('python3', ['-c', code], { cwd: folder, encoding: 'utf8' })
    expect(run.stderr).toBe('')
    expect(run.stdout.trim().split('\n')).toEqual([
      `['10.0.0', '2.0.0', [{'role': 'user', 'content': 'v9'}]]`,
      'many: no major 3; there are: 2.0.0, 9.0.0, 10.0.0',
      `many: unknown input 'a'; input 'a' is a object; give text, numbers, lists or dicts`,
    ])
  })
})

const names = ['a', 'b', 'c'] as const
const name = fc.constantFrom(...names)
const plain = fc.constantFrom(
  '',
  'x',
  '{',
  '}',
  ' "q"\n',
  "'''",
  '\\n',
  '😀',
  '\r\n',
  '{c: 1}',
  'é\u2028',
  '\n  ',
  '\t',
)
const fString = fc
  .array(
    fc.oneof(
      plain.map((text) => text.replaceAll(/[{}]/g, '$&$&')),
      name.map((each) => `{${each}}`),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))
const path = fc.oneof(
  name,
  fc.tuple(name, name).map((steps) => steps.join('.')),
  fc.constant('.'),
)
const { node: mustache } = fc.letrec<{ node: string; part: string }>((tie) => ({
  node: fc.array(tie('part'), { maxLength: 5 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    plain.map((text) => text.replaceAll(/\{+/g, '{ ')),
    path.map((each) => `{{${each}}}`),
    path.map((each) => `{{{ ${each} }}}`),
    fc.constant('{{! note }}'),
    fc
      .tuple(fc.constantFrom('#', '^'), path, tie('node'))
      .map(([sigil, each, inner]) => `{{${sigil}${each}}}${inner}{{/${each}}}`),
    fc
      .tuple(fc.constantFrom('#', '^'), path, tie('node'))
      .map(([sigil, each, inner]) => `\n{{${sigil}${each}}}\n${inner}\n{{/${each}}}\n`),
  ),
}))
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), plain, fc.constant('{a}{{b}}'))
const leaf = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.maxSafeInteger(),
)
const key = fc.oneof(name, fc.constantFrom('10', '9', '01', 'k é', ''))
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf as fc.Arbitrary<Json>,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))
const spec = fc.record(
  {
    type: fc.constantFrom('string', 'number', 'integer', 'boolean', 'array', 'object'),
    required: fc.boolean(),
  },
  { requiredKeys: ['type'] },
)
const templates = fc.oneof(
  fc.record({ template_format: fc.constant('f-string'), user_template: fString }),
  fc.record({ template_format: fc.constant('mustache'), user_template: mustache }),
)
const promptAndVars = fc.record({
  more: fc
    .tuple(
      templates,
      fc.option(fc.dictionary(name, spec, { maxKeys: 3, noNullPrototype: true }), { nil: undefined, freq: 1 }),
    )
    .map(([parts, inputs]) => ({ ...parts, ...(inputs ? { inputs } : {}) }) as JsonObject),
  vars: fc.tuple(value, value, value).map(([a, b, c]) => ({ a, b, c }) as JsonObject),
})

/** Python refuses what no template uses, where TypeScript warns. */
function onlyUsed(prompt: PromptFile, vars: JsonObject): JsonObject {
  const used = prompt.messages.flatMap(({ template }) => parseTemplate(template, prompt.templateFormat).placeholders)
  const known = new Set([...used.map((place) => place.name), ...Object.keys(prompt.inputs ?? {})])
  return Object.fromEntries(Object.entries(vars).filter(([each]) => known.has(each)))
}

describe('the module', () => {
  const prompt = (id: string, more: JsonObject = {}) =>
    readVectorPrompt(vectorPrompt(id, { user_template: 'x', ...more }))

  test('says at its head what it is, and has fewer than 150 lines of code', () => {
    const prompts = [prompt('one'), prompt('two')]
    const { text: written } = exportPython(prompts, null)
    expect(written.split('\n').slice(0, 2)).toEqual([
      `# Generated by @assay/core ${packageVersion}. Do not edit.`,
      `# registry ${exportHash(exportedOf(prompts))}`,
    ])
    expect(readExportHead(written)).toMatchObject({ selection: null, prompts: [{ name: 'one' }, { name: 'two' }] })
    expect(pythonModule.split('\n').filter((line) => line.trim() !== '').length).toBeLessThan(150)
  })

  test('its hash changes with a prompt and not with a comment', () => {
    const hash = (more: JsonObject) => exportHash(exportedOf([prompt('one', more)]))
    expect(hash({ user_template: 'y' })).not.toBe(hash({}))
    expect(hash({ description: 'Only words' })).toBe(hash({}))
  })

  test('leaves out drafts, archived prompts and clashing names, and names them', () => {
    const clash = { ...prompt('same'), path: 'prompts/v1/other.yaml' }
    const done = exportPython(
      [prompt('ok'), prompt('no', { status: 'draft' }), prompt('old', { status: 'archived' }), prompt('same'), clash],
      null,
    )
    expect(done.exported).toEqual([expect.objectContaining({ name: 'ok' })])
    expect(done.left).toEqual([
      { name: 'no 1.0.0', why: 'status: draft' },
      { name: 'old 1.0.0', why: 'status: archived' },
      { name: 'same 1.0.0', why: 'name and major clash with prompts/v1/other.yaml' },
      { name: 'same 1.0.0', why: 'name and major clash with prompts/v1/same.yaml' },
    ])
  })
})
