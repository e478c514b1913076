import type { Finding } from '../findings.ts'
import { canonicalJson } from '../text/canonical-json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { sha256Hex } from '../text/sha256.ts'
import type { Sha256 } from '../text/sha256.ts'
import type { Span } from '../text/span.ts'
import { buildCase } from './golden-case.ts'
import { readGoldenLines } from './golden-lines.ts'
import { readGoldenYaml } from './golden-yaml.ts'

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

/** The head of a golden set with its cases. */
export type GoldenSet = {
  path: string
  name: string
  format: 'yaml' | 'jsonl'
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
}

/** `set` is null when the file cannot be read as a set at all; a set with findings must not be run by a gate. */
export type ParsedGolden = { set: GoldenSet | null; findings: Finding[] }

/** Text of a golden set (YAML, or JSONL by its extension) -> cases and findings. A bad case is a finding, the others load. */
export function parseGoldenSet(path: string, text: string, o: GoldenOptions): ParsedGolden {
  const format = path.endsWith('.jsonl') ? 'jsonl' : 'yaml'
  const read = format === 'jsonl' ? readGoldenLines(path, text) : readGoldenYaml(path, text)
  if (read.sources === null) return { set: null, findings: read.problems.findings }
  const { problems } = read
  const cases: Case[] = []
  const seen = new Map<string, Case>()
  for (const source of read.sources) {
    const one = buildCase(source, cases.length, { path, problems, defaults: read.defaults, ...o })
    if (one === null) continue
    const first = seen.get(one.id)
    if (first) {
      problems.add('eval/duplicate-case', source.idSpan, `Case id "${one.id}" is also on line ${first.line}.`, {
        related: [{ path, span: first.span, message: 'The first case with this id.' }],
      })
      continue
    }
    seen.set(one.id, one)
    cases.push(one)
  }
  return { set: { path, name: o.name, format, hash: goldenHash(cases), cases }, findings: problems.findings }
}

/** Hash of what the cases mean; place, comments and order of keys do not count, the order of the cases does. */
export function goldenHash(cases: readonly Case[]): Sha256 {
  const meaning = cases.map(
    ({ index: _index, path: _path, line: _line, span: _span, ...rest }) => JSON.parse(JSON.stringify(rest)) as Json,
  )
  return sha256Hex(canonicalJson(meaning))
}
