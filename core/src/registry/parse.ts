import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { buildPrompt } from './build-prompt.ts'
import { folder, nameFromPath, outside, resolvePath } from './paths.ts'
import { problemsOf } from './problems.ts'
import type { Problems } from './problems.ts'
import type { ParsedPrompt } from './prompt-file.ts'
import { namePattern, promptShape } from './prompt-shape.ts'
import type { ReadFile } from './references.ts'
import { checkShape, pointerOf, without } from './shape-problems.ts'
import type { ShapeResult, Treatment } from './shape-problems.ts'
import { readYaml } from './yaml.ts'
import type { Spans } from './yaml.ts'

export type ParseOptions = {
  /** The folder that default names and version folders count from; default `prompts/`. */
  promptsFolder?: string
  /** `defaults.provider` of assay.yaml; default `openai`. */
  provider?: string
  /** Ids under `providers` in assay.yaml, so that `local/x` is split. */
  knownProviders?: readonly string[]
  /** Reads a file named by `$ref`; without it file references stay as they are. */
  readFile?: ReadFile
  maxBytes?: number
}

/** What the builder works on: the file's value without what nobody knows or could use. */
export type PromptSource = {
  path: string
  text: string
  value: JsonObject
  spans: Spans
  problems: Problems
  o: ParseOptions
}

/** Keys without which there is no prompt to look at; every other broken part is reported and left out. */
const vital = new Set(['version', 'model', 'messages'])

/**
 * Text of a prompt file -> plain data and findings. Never throws. An unknown key or a wrong type of an optional part is
 * a finding, and the rest is still read, so that one slip does not hide all others.
 */
export function parsePrompt(path: string, text: string, o: ParseOptions = {}): ParsedPrompt {
  const read = readYaml(path, text, o.maxBytes === undefined ? {} : { maxBytes: o.maxBytes })
  if (!read.ok) return { ok: false, findings: read.findings }
  const problems = problemsOf(path, text, read.lines)
  problems.findings.push(...read.findings)
  if (!isJsonObject(read.value)) {
    problems.schema(
      read.spans['']!,
      'shape',
      'A prompt file is a map with the keys version, model, changelog and a template.',
    )
    return { ok: false, findings: problems.findings }
  }
  const source = { path, text, value: read.value, spans: read.spans, problems, o }
  const value = usable(source)
  if (value === null) return { ok: false, findings: problems.findings }
  const prompt = buildPrompt({ ...source, value })
  return prompt === null
    ? { ok: false, findings: problems.findings }
    : { ok: true, prompt, findings: problems.findings }
}

/** The value with broken optional parts taken out; null when a vital part is broken. */
function usable(source: PromptSource): JsonObject | null {
  const known = withoutExtra(source.value)
  const result = checkShape(promptShape, { ...source, value: known }, treatmentOf)
  const excluded = checkTogether(source)
  checkPaths(source)
  checkName(source)
  const repaired = repair(source, result)
  if (repaired === null || excluded) return null
  return repaired
}

/** Most files have no `x-*` key, and then nothing is copied. */
const withoutExtra = (value: JsonObject): JsonObject => {
  const keys = Object.keys(value).filter((key) => key.startsWith('x-'))
  return keys.length === 0
    ? value
    : (without(
        value,
        keys.map((key) => [key]),
      ) as JsonObject)
}

/** The form of a version and of a date is said better by `version/semver` and `changelog/date`, a path by `checkPaths`. */
function treatmentOf(path: readonly PropertyKey[], { code }: { code?: string }): Treatment {
  if (code !== 'invalid_format') return 'report'
  if (path[0] === 'version' || (path[0] === 'changelog' && (path[2] === 'version' || path[2] === 'date'))) return 'keep'
  return path[0] === 'evals' ? 'quiet' : 'report'
}

function repair(source: PromptSource, { broken, unknown }: ShapeResult): JsonObject | null {
  let value = without(source.value, unknown) as JsonObject
  const rawText = (path: (string | number)[]): string => {
    const span = source.spans[pointerOf(path)]
    return span ? source.text.slice(span.start, span.end) : ''
  }
  if (broken.length === 0) return value
  const dropped: (string | number)[][] = []
  for (const path of broken) {
    const [top] = path
    if (top === undefined) return null
    if (top === 'version' && typeof value.version === 'number') value = { ...value, version: rawText(path) }
    else if (top === 'changelog')
      dropped.push(path.length > 2 && isOptionalOfEntry(path[2]!) ? path.slice(0, 3) : path.slice(0, 2))
    else if (top === 'inputs' && path.length > 1) dropped.push(path.slice(0, 2))
    else if (vital.has(String(top))) return null
    else dropped.push([top])
  }
  const kept = without(
    value,
    dropped.filter((path) => path[0] !== 'changelog' || path.length !== 2),
  ) as JsonObject
  return withoutEntries(kept, dropped)
}

const isOptionalOfEntry = (key: string | number): boolean => key !== 'version' && key !== 'date' && key !== 'change'

// A broken entry leaves a hole rather than moving the others, so that their pointers stay right.
function withoutEntries(value: JsonObject, dropped: (string | number)[][]): JsonObject {
  const gone = new Set(dropped.filter((path) => path[0] === 'changelog' && path.length === 2).map((path) => path[1]))
  if (gone.size === 0 || !Array.isArray(value.changelog)) return value
  return { ...value, changelog: value.changelog.map((entry, index) => (gone.has(index) ? null : entry)) }
}

/** Keys that exclude or need each other. True: no template can be read from the file. */
function checkTogether({ value, spans, problems }: PromptSource): boolean {
  const has = (key: string): boolean => Object.hasOwn(value, key)
  const at = (key: string) => spans[`/${key}#key`] ?? { start: 0, end: 0 }
  if (has('temperature') && isJsonObject(value.parameters) && Object.hasOwn(value.parameters, 'temperature')) {
    problems.schema(
      at('temperature'),
      'exclusive',
      'temperature and parameters.temperature exclude each other: keep one.',
    )
  }
  const separate = ['system', 'user_template'].filter(has)
  if (has('messages') && separate.length > 0) {
    problems.schema(
      at(separate[0]!),
      'exclusive',
      `messages excludes ${separate.join(' and ')}: write all texts as messages.`,
    )
    return true
  }
  if (has('messages') || separate.length > 0) return false
  problems.schema({ start: 0, end: 0 }, 'missing', 'The prompt has no text: write user_template, system or messages.')
  return true
}

function checkPaths(source: PromptSource): void {
  const { evals, judge } = source.value
  const check = (path: Json | undefined, pointer: string): void => {
    if (typeof path !== 'string' || resolvePath(source.path, path) !== null) return
    if (path !== '') source.problems.schema(source.spans[pointer]!, 'path', outside(path))
  }
  if (isJsonObject(evals)) {
    check(evals.golden, '/evals/golden')
    check(evals.full, '/evals/full')
  }
  if (isJsonObject(judge)) check(judge.rubric, '/judge/rubric')
}

function checkName({ path, value, problems, o }: PromptSource): void {
  if (value.name !== undefined) return
  const name = nameFromPath(path, folder(o.promptsFolder ?? 'prompts/'))
  if (namePattern.test(name)) return
  problems.schema(
    { start: 0, end: 0 },
    'name',
    `The path gives the name "${name}"; a name has small letters, digits and "_./-". Rename the file or set name.`,
  )
}
