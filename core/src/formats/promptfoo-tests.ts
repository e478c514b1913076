import { parse } from 'csv-parse/browser/esm/sync'
import { resolvePath } from '../registry/paths.ts'
import { readYaml } from '../registry/yaml.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { readStrictJson } from '../text/strict-json.ts'
import { filled, isActive } from './assertions.ts'
import type { DraftGolden } from './draft.ts'
import { caseId } from './names.ts'
import { assertOfCell, assertsOf, mapAssert, named } from './promptfoo-assert.ts'
import { defined, list, object, text } from './source.ts'
import type { Source } from './source.ts'

/** At most this many cases of one test whose variables are lists. */
const maxExpanded = 100

/** `tests` (inline, or in CSV, YAML and JSON files) and `defaultTest` as a golden set. Names of variables go through `rename`. */
export function readTests(source: Source, value: JsonObject): DraftGolden | undefined {
  const shared = object(value['defaultTest'])
  const taken = new Set<string>()
  const keptAsserts: Json[] = []
  const defaults: JsonObject[] = []
  for (const [index, assert] of assertsOf(shared).entries()) {
    const mapped = JSON.stringify(assert).includes('{{') ? null : mapAssert(assert)
    if (isActive(mapped, source.o.scorers) && mapped.expected === undefined)
      defaults.push(named(mapped.assertion, taken))
    else {
      keptAsserts.push(assert)
      sayKept(source, `/defaultTest/assert/${index}`, assert, mapped?.assertion)
    }
  }
  for (const key of Object.keys(shared))
    if (key !== 'assert' && key !== 'vars') source.keep(`/defaultTest/${key}`, shared[key]!)
  const ids = new Set<string>()
  const cases = allTests(source, value['tests']).flatMap(({ test, at }, index) =>
    expanded(source, test, at).map((each) => caseOf(source, each, at, { index, ids, shared, taken })),
  )
  if (cases.length === 0) {
    if (keptAsserts.length > 0) source.kept['defaultAsserts'] = keptAsserts
    return undefined
  }
  const extra = defined({
    assert: keptAsserts.length > 0 ? keptAsserts : undefined,
    vars: Object.keys(object(shared['vars'])).length > 0 ? shared['vars'] : undefined,
  })
  return {
    cases,
    ...(defaults.length > 0 ? { defaults: { assertions: defaults } } : {}),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  }
}

function sayKept(source: Source, at: string, assert: JsonObject, mapped: JsonObject | undefined): void {
  const type = String(assert['type'])
  const isCode = /javascript|python|ruby|webhook/.test(type) || String(assert['value']).startsWith('file:')
  const why = isCode
    ? 'is code, which is never run'
    : mapped
      ? `needs the scorer "${String(mapped['type'])}", which is not there yet`
      : 'has no counterpart'
  source.lose(at, `The assertion "${type}" ${why}; kept under x-import of the golden set.`)
}

type Test = { test: JsonObject; at: string }

function allTests(source: Source, tests: Json | undefined): Test[] {
  const entries = Array.isArray(tests) ? tests : tests === undefined ? [] : [tests]
  return entries.flatMap((entry, index): Test[] => {
    const at = Array.isArray(tests) ? `/tests/${index}` : '/tests'
    if (isJsonObject(entry)) return [{ test: entry, at }]
    const read = typeof entry === 'string' ? fromFile(source, entry) : null
    if (read === null) {
      source.keep(
        at,
        entry,
        `tests "${String(entry)}" cannot be read here (code, a table of a service, or a file that is not there); kept under x-import.`,
      )
      return []
    }
    source.lose(
      at,
      `${read.length} tests of ${String(entry)} become cases of the golden set; an export writes them into the config.`,
    )
    return read.map((test) => ({ test, at }))
  })
}

function fromFile(source: Source, entry: string): JsonObject[] | null {
  const path = resolvePath(source.path, `./${entry.replace(/^file:\/\//, '').replace(/^\.\//, '')}`)
  const file = path === null || /[*?]/.test(path) ? undefined : source.o.readFile?.(path)
  if (file === undefined) return null
  if (entry.endsWith('.csv')) return csvTests(file)
  if (entry.endsWith('.jsonl')) return jsonLines(file)
  if (!/\.(ya?ml|json)$/.test(entry)) return null
  const read = readYaml(path!, file)
  return read.ok ? list(read.value).map(object) : null
}

function jsonLines(file: string): JsonObject[] | null {
  const lines = file.split('\n').filter((line) => line.trim() !== '')
  const read = lines.map((line) => readStrictJson(line))
  return read.every((each) => each.ok) ? read.map((each) => object(each.ok ? each.value : null)) : null
}

/** Columns are variables; `__expected`, `__expected1` … are assertions, `__description` names the test. */
function csvTests(file: string): JsonObject[] | null {
  try {
    const rows = parse(file, { columns: true, bom: true, skip_empty_lines: true }) as Record<string, string>[]
    return rows.map((row) => {
      const plain = Object.entries(row).filter(([column]) => !column.startsWith('__'))
      const asserts = Object.entries(row).filter(([column, cell]) => /^__expected\d*$/.test(column) && cell !== '')
      const others = Object.entries(row).filter(
        ([column, cell]) => /^__(?!expected|description)/.test(column) && cell !== '',
      )
      return defined({
        description: row['__description'] || undefined,
        vars: Object.fromEntries(plain),
        assert: asserts.length > 0 ? asserts.map(([, cell]) => assertOfCell(cell)) : undefined,
        ...(others.length > 0 ? { columns: Object.fromEntries(others) } : {}),
      })
    })
  } catch {
    return null
  }
}

/** A variable that is a list stands for one test each. */
function expanded(source: Source, test: JsonObject, at: string): JsonObject[] {
  let all: JsonObject[] = [{}]
  for (const [name, value] of Object.entries(object(test['vars']))) {
    const values = Array.isArray(value) ? value : [value]
    all = all.flatMap((vars) => values.map((each) => ({ ...vars, [name]: each })))
  }
  if (all.length === 1) return [{ ...test, ...(test['vars'] === undefined ? {} : { vars: all[0]! }) }]
  if (all.length > maxExpanded)
    source.lose(at, `${all.length} combinations of lists: the first ${maxExpanded} become cases.`)
  else source.lose(at, `Lists in vars become ${all.length} cases.`)
  return all.slice(0, maxExpanded).map((vars) => ({ ...test, vars }))
}

function caseOf(
  source: Source,
  test: JsonObject,
  at: string,
  o: { index: number; ids: Set<string>; shared: JsonObject; taken: ReadonlySet<string> },
): JsonObject {
  const { description, vars, assert: _assert, ...others } = test
  const taken = new Set(o.taken)
  const kept: Json[] = []
  const assertions: JsonObject[] = []
  let expected: Json | undefined
  const placeOf = (index: number): string => (source.spans[`${at}/assert/${index}`] ? `${at}/assert/${index}` : at)
  const given = { ...object(o.shared['vars']), ...object(vars) }
  for (const [index, written] of assertsOf(test).entries()) {
    const assert = filled(written, given) as JsonObject
    const mapped = JSON.stringify(assert).includes('{{') ? null : mapAssert(assert)
    const clashes = mapped?.expected !== undefined && expected !== undefined
    if (isActive(mapped, source.o.scorers) && !clashes) {
      expected ??= mapped.expected
      assertions.push(named(mapped.assertion, taken))
      if (JSON.stringify(assert) !== JSON.stringify(written))
        source.lose(placeOf(index), 'Variables in an assertion are filled in with the values of the case.')
    } else {
      kept.push(written)
      sayKept(source, placeOf(index), written, mapped?.assertion)
    }
  }
  const title = text(description)
  const id = caseId(title, o.index, o.ids)
  const left = Object.keys(others)
  if (left.length > 0)
    source.lose(
      at,
      `${left.join(', ')} of a test ${left.length === 1 ? 'has' : 'have'} no place in a case; kept under x-import.`,
    )
  const extra = defined({
    description: title !== undefined && title !== id ? title : undefined,
    assert: kept.length > 0 ? kept : undefined,
    ...others,
  })
  return defined({
    id,
    vars: varsOf(source, given, at),
    expected,
    assertions: assertions.length > 0 ? assertions : undefined,
    'x-import': Object.keys(extra).length > 0 ? extra : undefined,
  })
}

/** `file://x.txt` is the text of that file; code and data files are left as they are, and said. */
function varsOf(source: Source, vars: JsonObject, at: string): JsonObject {
  return Object.fromEntries(
    Object.entries(vars).map(([name, value]): [string, Json] => {
      const own = source.names.of(name)
      if (typeof value !== 'string' || !value.startsWith('file://')) return [own, value]
      const path = resolvePath(source.path, `./${value.slice('file://'.length).replace(/^\.\//, '')}`)
      if (path !== null && /\.(txt|md)$/.test(path)) return [own, { $file: path }]
      source.lose(at, `The variable ${name} is made of ${value}, which is not read: its value is that text.`)
      return [own, value]
    }),
  )
}
