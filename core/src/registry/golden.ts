import type { Finding } from '../findings.ts'
import { canonicalJson } from '../text/canonical-json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { sha256Hex } from '../text/sha256.ts'
import type { Sha256 } from '../text/sha256.ts'
import type { Span } from '../text/span.ts'
import { buildCase } from './golden-case.ts'
import type { CaseSource } from './golden-case.ts'
import { readGoldenCsv } from './golden-csv.ts'
import { readGoldenLines } from './golden-lines.ts'
import { readGoldenYaml } from './golden-yaml.ts'
import type { ReadGolden } from './golden-yaml.ts'
import { problemsOf } from './problems.ts'
import type { Problems } from './problems.ts'
import type { InputSpec } from './prompt-file.ts'

/** One scorer with its options, as a golden set or a prompt file asks for it. */
export type ScorerSpec = {
  /** The scorer's id: `json-fields`. */
  scorer: string
  /** Names the score in reports; the scorer's id unless the file gives another. */
  name: string
  gating: boolean
  negate: boolean
  options: JsonObject
}

/** One example that a prompt is tested against. */
export type Case = {
  id: string
  /** Place in the set, from 0. */
  index: number
  vars: JsonObject
  /** undefined: the case has no expectation (yet). */
  expected?: Json
  context?: (string | { id: string; text: string })[]
  /** Own and set-level assertions, merged; empty: the defaults of the case apply. */
  assertions: ScorerSpec[]
  tags: string[]
  critical: boolean
  cluster?: string
  path: string
  line: number
  /** The place of the case in the text of the set (for editors). */
  span: Span
}

export type GoldenFormat = 'yaml' | 'jsonl' | 'csv'

/** The head of a golden set with its cases. */
export type GoldenSet = {
  path: string
  name: string
  format: GoldenFormat
  /** Canonical hash of the cases: comments and order of keys do not count. */
  hash: Sha256
  cases: Case[]
}

export type GoldenOptions = {
  /** The prompt's name. */
  name: string
  /** Reads a text file of the repository for `{$file: …}`; undefined: there is none. */
  readFile: (path: string) => string | undefined
  /** The prompt's own `evals.assertions`, under those of the set and of the case. */
  assertions?: readonly ScorerSpec[]
  /** The prompt's declared inputs: a CSV cell of one that is no string is JSON. */
  inputs?: Record<string, InputSpec> | null
  /** The prompt has an output_schema: the `expected` cells of a CSV set are JSON. */
  outputSchema?: boolean
}

/** How a set is written, by its extension. */
export const goldenFormat = (path: string): GoldenFormat =>
  path.endsWith('.jsonl') ? 'jsonl' : path.endsWith('.csv') ? 'csv' : 'yaml'

const readers: Record<GoldenFormat, (path: string, text: string, o: GoldenOptions) => ReadGolden> = {
  yaml: readGoldenYaml,
  jsonl: readGoldenLines,
  csv: readGoldenCsv,
}

/** `set` is null when the file cannot be read as a set at all; a set with findings must not be run by a gate. */
export type ParsedGolden = { set: GoldenSet | null; findings: Finding[] }

/** Text of a golden set (YAML, JSONL or CSV by its extension) -> cases and findings. A bad case is a finding, the others load. */
export function parseGoldenSet(path: string, text: string, o: GoldenOptions): ParsedGolden {
  const format = goldenFormat(path)
  const read = readers[format](path, text, o)
  if (read.sources === null) return { set: null, findings: read.problems.findings }
  const { problems } = read
  const cases: Case[] = []
  const seen = seenCases(path, problems)
  for (const source of read.sources) {
    const one = buildCase(source, cases.length, { path, problems, defaults: read.defaults, ...o })
    if (one !== null && seen.isNew(one, source)) cases.push(one)
  }
  return { set: { path, name: o.name, format, hash: goldenHash(cases), cases }, findings: problems.findings }
}

/** Reports ids and contents that were there before; a case with a known id is left out, one with known vars stays. */
function seenCases(path: string, problems: Problems) {
  const ids = new Map<string, Case>()
  const contents = new Map<string, Case>()
  return {
    isNew(one: Case, source: CaseSource): boolean {
      const first = ids.get(one.id)
      if (first) {
        problems.add('eval/duplicate-case', source.idSpan, `Case id "${one.id}" is also on line ${first.line}.`, {
          related: [{ path, span: first.span, message: 'The first case with this id.' }],
        })
        return false
      }
      ids.set(one.id, one)
      // Cases without any vars say nothing yet; that they miss an input is said elsewhere.
      if (Object.keys(one.vars).length === 0) return true
      const content = canonicalJson(one.vars)
      const same = contents.get(content)
      if (!same) contents.set(content, one)
      else {
        problems.add('eval/duplicate-case', source.idSpan, `Cases ${same.id} and ${one.id} have equal vars.`, {
          severity: 'warning',
          related: [{ path, span: same.span, message: 'The first case with these vars.' }],
        })
      }
      return true
    },
  }
}

/** The finding of a set that stands in two formats; `paths` are those that exist, best first. */
export function doubleFormat(name: string, paths: readonly string[]): Finding[] {
  const [first, ...others] = paths
  return others.flatMap((path) => {
    const problems = problemsOf(path, '')
    const message = `Golden set "${name}" is also ${first}: keep one of them.`
    problems.add('registry/duplicate-name', { start: 0, end: 0 }, message)
    return problems.findings
  })
}

/** Hash of what the cases mean; place, comments and order of keys do not count, the order of the cases does. */
export function goldenHash(cases: readonly Case[]): Sha256 {
  const meaning = cases.map(
    ({ index: _index, path: _path, line: _line, span: _span, ...rest }) => JSON.parse(JSON.stringify(rest)) as Json,
  )
  return sha256Hex(canonicalJson(meaning))
}
