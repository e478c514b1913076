import { scalarMap } from '../registry/scalar-map.ts'
import { readYaml } from '../registry/yaml.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { containsSpec, edgeOf, edgePattern, filled, isActive } from './assertions.ts'
import { adopt, inputsFor, optionalWhereMissing, standInModel, writeDrafts } from './draft.ts'
import type { DraftGolden, DraftMessage } from './draft.ts'
import { fileStem, outgoing, titleOf, withKept, writtenVars } from './export-common.ts'
import type { Outgoing } from './export-common.ts'
import type { ExportGolden, Format, ImportOptions, Imported } from './format.ts'
import { fromMustache } from './mustache-out.ts'
import { jinja } from './mustache-out.ts'
import { caseId } from './names.ts'
import { readMessages } from './messages.ts'
import { readResponseFormat } from './schema-format.ts'
import { simpleToMustache } from './simple.ts'
import { defined, keepOthers, list, object, openSource, text } from './source.ts'
import type { Source } from './source.ts'
import { plainYaml } from './yaml-text.ts'

const parameterNames = { maxTokens: 'max_tokens', temperature: 'temperature', topP: 'top_p' } as const
const known = [
  'name',
  'description',
  'model',
  'modelParameters',
  'responseFormat',
  'jsonSchema',
  'messages',
  'testData',
  'evaluators',
]

/** GitHub's `.prompt.yml`. */
export const githubPrompt: Format = {
  id: 'github-prompt',
  title: () => 'github-prompt',
  looksLike: (path, file) =>
    /\.prompt\.ya?ml$/.test(path) ||
    (/\.ya?ml$/.test(path) && /^messages:/m.test(file) && /^(modelParameters|testData|evaluators):/m.test(file)),
  import: importGithubPrompt,
  export(prompt, golden) {
    const out = outgoing(prompt, 'github-prompt', ['output_schema'])
    const { response_format, ...parameters } = prompt.parameters
    const sent: JsonObject = {}
    for (const [ours, value] of Object.entries(parameters)) {
      const theirs = Object.entries(parameterNames).find(([, name]) => name === ours)?.[0]
      if (theirs) sent[theirs] = value
      else out.lose(`parameters.${ours} has no place in this format.`)
    }
    const value = defined({
      name: titleOf(prompt, out.kept),
      description: prompt.description,
      model: prompt.modelText === standInModel ? undefined : prompt.modelText,
      modelParameters: Object.keys(sent).length > 0 ? sent : undefined,
      responseFormat: response_format,
      jsonSchema: schemaOut(prompt.outputSchema, out),
      messages: prompt.messages.map(({ role, template }) => ({
        role,
        content: fromMustache(prompt, template, jinja, out.lose),
      })),
      ...testsOut(golden, out),
    })
    const file = `${fileStem(prompt.name)}.prompt.yml`
    return { files: [{ path: file, text: plainYaml(withKept(value, out.keep)) }], losses: out.losses }
  },
}

function schemaOut(schema: Json | undefined, out: Outgoing): Json | undefined {
  if (schema === undefined) return undefined
  const { wrapper, asObject } = out.kept
  if (asObject === true) return schema
  return JSON.stringify({ ...(isJsonObject(wrapper) ? wrapper : { name: 'answer', strict: true }), schema })
}

function testsOut(golden: ExportGolden | undefined, out: Outgoing): Record<string, Json | undefined> {
  if (!golden) return {}
  const kept = list(object(golden.extra['x-import'])['evaluators'])
  const keptNames = new Set(kept.map((each) => object(each)['name']))
  const active = list(golden.defaults['assertions'])
    .filter(isJsonObject)
    .flatMap((assertion): Json[] => evaluatorOf(assertion, out))
  return {
    testData: golden.cases.map((each) =>
      defined({
        ...writtenVars(object(each['vars']), out.kept),
        ...object(object(each['x-import'])['columns']),
        expected: each['expected'],
      }),
    ),
    evaluators: [...active.filter((each) => !keptNames.has(object(each)['name'])), ...kept],
  }
}

function evaluatorOf(assertion: JsonObject, out: Outgoing): Json[] {
  const name = text(assertion['name']) ?? String(assertion['type'])
  const { type, value, pattern, negate } = assertion
  const edge = type === 'regex' && typeof pattern === 'string' ? edgeOf(pattern) : null
  if (type === 'contains' && typeof value === 'string' && negate !== true)
    return [{ name, string: { contains: value } }]
  if (edge) return [{ name, string: { [edge.edge === 'start' ? 'startsWith' : 'endsWith']: edge.value } }]
  if (type === 'exact') return [{ name, string: { equals: '{{expected}}' } }]
  if (type !== 'same-as-base') out.lose(`The assertion "${name}" has no counterpart.`)
  return []
}

function importGithubPrompt(path: string, file: string, o: ImportOptions): Imported {
  const read = readYaml(path, file)
  if (!read.ok) return { ok: false, findings: read.findings }
  const source = openSource(path, file, read.spans, o)
  source.problems.findings.push(...read.findings)
  const value = object(read.value)
  const parameters: JsonObject = {}
  for (const [key, item] of Object.entries(object(value['modelParameters']))) {
    const ours = parameterNames[key as keyof typeof parameterNames]
    if (ours) parameters[ours] = item
    else source.keep(`/modelParameters/${key}`, item)
  }
  const { responseFormat } = readResponseFormat(value['responseFormat'])
  if (responseFormat) parameters['response_format'] = responseFormat
  else if (value['responseFormat'] !== undefined) source.keep('/responseFormat', value['responseFormat'])
  const outputSchema = readSchema(source, value['jsonSchema'])
  const uses = new Map()
  const messages = readMessages(source, '/messages', list(value['messages'])).map(
    ({ role, content, pointer }): DraftMessage => {
      const place = scalarMap(file, source.spans[pointer] ?? { start: 0, end: 0 }, content)
      const converted = simpleToMustache(content, source.names)
      for (const [name, use] of converted.uses) uses.set(name, use)
      return { role, content: adopt(source, converted, (offset) => place(offset) ?? source.spans[pointer]!.start) }
    },
  )
  if (messages.length === 0) source.refuse('/messages', 'There are no messages.')
  const title = text(value['name'])
  const golden = readTests(source, list(value['testData']), list(value['evaluators']), uses)
  keepOthers(source, '', value, known)
  return writeDrafts(
    source,
    'github-prompt',
    [
      {
        ...(title === undefined ? {} : { title }),
        ...(text(value['description']) === undefined ? {} : { description: text(value['description'])! }),
        ...(text(value['model']) === undefined ? {} : { model: text(value['model'])! }),
        parameters,
        messages,
        inputs: optionalWhereMissing(inputsFor({}, uses), golden?.cases ?? []),
        ...(outputSchema === undefined ? {} : { outputSchema }),
      },
    ],
    golden,
  )
}

/** `jsonSchema` is a JSON text `{name, schema, strict}` by the book; files in the wild also hold the schema itself. */
function readSchema(source: Source, written: Json | undefined): JsonObject | undefined {
  if (written === undefined) return undefined
  let value = written
  if (typeof written === 'string') {
    try {
      value = JSON.parse(written) as Json
    } catch (error) {
      source.refuse('/jsonSchema', `jsonSchema is not JSON: ${jsonError(error as Error, written)}.`)
      return undefined
    }
  } else source.kept['asObject'] = true
  if (!isJsonObject(value)) {
    source.refuse('/jsonSchema', 'jsonSchema is not an object.')
    return undefined
  }
  const { schema, ...wrapper } = value
  if (!isJsonObject(schema)) return value
  if (Object.keys(wrapper).length > 0) source.kept['wrapper'] = wrapper
  return schema
}

function jsonError(error: Error, text: string): string {
  const position = /position (\d+)/.exec(error.message)?.[1]
  if (position === undefined || Number(position) >= text.length) return `unexpected end at character ${text.length}`
  return `unexpected "${text[Number(position)]}" at character ${Number(position) + 1}`
}

function readTests(
  source: Source,
  rows: Json[],
  evaluators: Json[],
  uses: Map<string, unknown>,
): DraftGolden | undefined {
  const taken = new Set<string>()
  const defaults: JsonObject[] = []
  const kept: Json[] = []
  const perCase: { evaluator: JsonObject; index: number }[] = []
  for (const [index, each] of evaluators.entries()) {
    const evaluator = object(each)
    const mapped = mapEvaluator(evaluator)
    const isPerCase = JSON.stringify(evaluator).includes('{{')
    if (mapped && isActive({ assertion: mapped }, source.o.scorers)) {
      if (isPerCase && mapped['type'] !== 'exact') {
        perCase.push({ evaluator, index })
        kept.push(each)
      } else defaults.push(mapped)
    } else {
      kept.push(each)
      const why = mapped ? `needs the scorer "${String(mapped['type'])}", which is not there yet` : 'has no counterpart'
      source.lose(
        `/evaluators/${index}`,
        `The evaluator "${text(evaluator['name']) ?? index + 1}" ${why}; kept under x-import of the golden set.`,
      )
    }
  }
  const cases = rows.filter(isJsonObject).map((row, index): JsonObject => {
    const { expected, ...given } = row
    const vars: JsonObject = {}
    const unused: JsonObject = {}
    for (const [name, value] of Object.entries(given)) {
      // A column that only evaluators use is no input of the prompt.
      if (uses.has(source.names.of(name))) vars[source.names.of(name)] = value
      else unused[name] = value
    }
    const own = perCase.map(({ evaluator }) => mapEvaluator(filled(evaluator, row) as JsonObject)!)
    return defined({
      id: caseId(undefined, index, taken),
      vars,
      expected,
      assertions: own.length > 0 ? own : undefined,
      'x-import': Object.keys(unused).length > 0 ? { columns: unused } : undefined,
    })
  })
  if (cases.length === 0) {
    if (evaluators.length > 0)
      source.keep('/evaluators', evaluators, 'evaluators without testData are kept under x-import.')
    return undefined
  }
  // GitHub compares with `expected` only where an evaluator says so; our default would ask for the very text.
  const compares = defaults.length > 0 || perCase.length > 0
  if (!compares && cases.some((each) => each['expected'] !== undefined)) {
    defaults.push({ type: 'same-as-base' })
    source.lose(
      '/testData',
      'No evaluator compares with "expected" here, so answers are only compared with base (same-as-base).',
    )
  }
  return {
    cases,
    ...(defaults.length > 0 ? { defaults: { assertions: defaults } } : {}),
    ...(kept.length > 0 ? { extra: { evaluators: kept } } : {}),
  }
}

function mapEvaluator(evaluator: JsonObject): JsonObject | null {
  const { string } = evaluator
  const name = text(evaluator['name'])
  if (isJsonObject(evaluator['llm'])) return { type: 'judge' }
  if (!isJsonObject(string) || Object.keys(string).length !== 1) return null
  const [[kind, value]] = Object.entries(string) as [[string, Json]]
  if (typeof value !== 'string') return null
  if (kind === 'contains') return containsSpec(value, name === undefined ? {} : { name })
  if (kind === 'equals' && value === '{{expected}}') return defined({ type: 'exact', name })
  if (kind === 'startsWith') return defined({ type: 'regex', name, pattern: edgePattern(value, 'start') })
  if (kind === 'endsWith') return defined({ type: 'regex', name, pattern: edgePattern(value, 'end') })
  return null
}
