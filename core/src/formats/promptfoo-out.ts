import type { PromptFile } from '../registry/prompt-file.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { standInModel } from './draft.ts'
import { fileStem, outgoing, withKept, writtenVars } from './export-common.ts'
import type { Outgoing } from './export-common.ts'
import type { ExportedFiles, ExportGolden, TextFile } from './format.ts'
import { fromMustache, jinja } from './mustache-out.ts'
import { assertOut } from './promptfoo-assert.ts'
import { modelOfProvider } from './promptfoo-provider.ts'
import { writeResponseFormat, writeTools } from './schema-format.ts'
import { defined, list, object, text } from './source.ts'
import { plainYaml } from './yaml-text.ts'

/** A prompt as `promptfooconfig.yaml`, with its messages in a JSON file when they are more than one text. */
export function exportPromptfoo(prompt: PromptFile, golden?: ExportGolden): ExportedFiles {
  const out = outgoing(prompt, 'promptfoo', ['tools', 'tool_choice', 'output_schema'])
  const messages = prompt.messages.map(({ role, template }) => ({
    role,
    content: fromMustache(prompt, template, jinja, out.lose),
  }))
  const [first] = messages
  const from = text(out.kept['prompt'])
  const files: TextFile[] = []
  let entry: Json = first?.content ?? ''
  if (messages.length > 1 || first?.role !== 'user' || from !== undefined) {
    const isText = messages.length === 1 && first?.role === 'user' && !/\.(json|ya?ml)$/.test(from ?? '')
    const path = (from ?? `file://${fileStem(prompt.name)}.prompt.json`).replace(/\.ya?ml$/, '.json')
    entry = from ?? path
    const body = isText ? `${first!.content}\n` : `${JSON.stringify(messages, null, 2)}\n`
    files.push({ path: path.replace(/^file:\/\//, '').replace(/^\.\//, ''), text: body })
    if (/\.ya?ml$/.test(from ?? '')) entry = path
  }
  const config = defined({
    description: prompt.description,
    prompts: [entry],
    providers: providersOut(prompt, out),
    ...testsOut(golden, out),
  })
  const { providers: _providers, targets: _targets, prompts: _prompts, ...keep } = out.keep
  const file = { path: 'promptfooconfig.yaml', text: plainYaml(withKept(config, keep)) }
  return { files: [file, ...files], losses: out.losses }
}

function providersOut(prompt: PromptFile, { kept, keep, lose }: Outgoing): Json {
  const { response_format, ...parameters } = prompt.parameters
  const format = writeResponseFormat(response_format, prompt.outputSchema, object(kept['wrapper']), prompt.name)
  if (!format && prompt.outputSchema !== undefined)
    lose('output_schema has no place without response_format: json_schema.')
  const own = defined({
    ...parameters,
    response_format: format,
    tools: prompt.tools ? writeTools(prompt.tools) : undefined,
    tool_choice: prompt.toolChoice,
  })
  const keptConfig = object(Object.values(object(keep['providers'])).map((each) => object(each)['config'])[0] ?? null)
  const config = withKept(own, keptConfig)
  const { provider = 'openai', id } = prompt.model
  const written = text(kept['provider'])
  const model = written === undefined ? null : modelOfProvider(written)
  const isSame = model !== null && (typeof model === 'string' ? model === prompt.modelText : object(model)['id'] === id)
  const name = isSame
    ? written!
    : id === standInModel
      ? undefined
      : `${provider === 'azure' ? 'azure:chat' : provider}:${id}`
  const mine: Json[] = name === undefined ? [] : [Object.keys(config).length > 0 ? { id: name, config } : name]
  return [...mine, ...list(kept['providers'])]
}

function testsOut(golden: ExportGolden | undefined, { kept, lose }: Outgoing): Record<string, Json | undefined> {
  if (!golden) return {}
  const extra = object(golden.extra['x-import'])
  const shared = object(extra['vars'])
  const common = asserts(list(golden.defaults['assertions']), undefined, lose)
  const defaultTest = defined({
    vars: Object.keys(shared).length > 0 ? shared : undefined,
    assert: both(common, list(extra['assert'])),
  })
  const tests = golden.cases.map((each) => {
    const { description, assert, ...others } = object(each['x-import'] ?? null)
    const vars = writtenVars(object(each['vars']), kept)
    const own = Object.entries(vars).filter(([name, value]) => JSON.stringify(shared[name]) !== JSON.stringify(value))
    const id = String(each['id'])
    return defined({
      description: description ?? (/^case-\d+(-\d+)?$/.test(id) ? undefined : id),
      vars: Object.fromEntries(own.map(([name, value]) => [name, fileOut(value)])),
      assert: both(asserts(list(each['assertions']), each['expected'], lose), list(assert)),
      ...others,
    })
  })
  return { defaultTest: Object.keys(defaultTest).length > 0 ? defaultTest : undefined, tests }
}

const fileOut = (value: Json): Json =>
  typeof object(value)['$file'] === 'string' ? `file://${String(object(value)['$file'])}` : value

const both = (mapped: Json[], kept: Json[]): Json[] | undefined =>
  mapped.length + kept.length > 0 ? [...mapped, ...kept] : undefined

const asserts = (assertions: Json[], expected: Json | undefined, lose: (message: string) => void): JsonObject[] =>
  assertions.map(object).flatMap((assertion): JsonObject[] => {
    const written = assertOut(assertion, expected)
    if (written === null) lose(`The assertion "${String(assertion['type'])}" has no counterpart.`)
    return written === null ? [] : [written]
  })
