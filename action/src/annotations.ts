import type { Finding, Pair, PromptVerdict, Verdict } from '@assay/core'
import type { Level, Log, Place } from './log.ts'

export type Annotation = { level: Level; message: string; place: Place }

/** The runner shows ten of a level for a step and drops the rest without a word. */
const mostOfALevel = 10
const levelOf = { error: 'error', warning: 'warning', info: 'notice' } as const
const names = { error: 'errors', warning: 'warnings', notice: 'notices' } as const

/**
 * A verdict as annotations at file and line of the head: findings at theirs, each case that got worse at its line of the
 * golden set with expected against got, a gate that failed or could not judge at its prompt.
 */
export function annotationsOf(verdict: Verdict): Annotation[] {
  // What `fail-on` lets through is shown and does not look like a failure.
  const worst: Level = verdict.exit === 0 ? 'warning' : 'error'
  const all = [
    ...verdict.findings.map(ofFinding),
    ...verdict.prompts.flatMap((prompt) => [...ofGate(prompt, worst), ...ofCases(prompt, worst)]),
  ]
  return (['error', 'warning', 'notice'] as const).flatMap((level) =>
    atMost(all.filter((annotation) => annotation.level === level).toSorted(byPlace), level),
  )
}

export function annotate(log: Log, annotations: readonly Annotation[]): void {
  for (const { level, message, place } of annotations) log.annotate(level, message, place)
}

function ofFinding(finding: Finding): Annotation {
  const { path, line, end_line: endLine, column, end_column: endColumn, rule, severity } = finding
  // The runner drops columns that reach over a line end.
  const columns = line === endLine ? { col: column, endColumn } : {}
  return {
    level: levelOf[severity],
    message: finding.message,
    place: { title: rule, file: path, line, endLine, ...columns },
  }
}

function ofGate(prompt: PromptVerdict, worst: Level): Annotation[] {
  const place = { file: prompt.path, line: 1 }
  if (prompt.verdict === 'incomplete')
    return [
      { level: worst, message: prompt.notes.join('\n'), place: { title: `${prompt.name}: no verdict yet`, ...place } },
    ]
  const schema = prompt.gates.find(({ gate, result }) => gate === 'schema' && result === 'fail')
  if (!schema) return []
  const message = `${schema.passed}/${schema.of} answers are valid against output_schema. ${schema.reason ?? ''}`.trim()
  return [{ level: worst, message, place: { title: `${prompt.name}: schema`, ...place } }]
}

function ofCases(prompt: PromptVerdict, worst: Level): Annotation[] {
  const blocking = new Set([...prompt.broken, ...prompt.critical])
  // A new prompt has no base to be worse than: its failures count when they block it.
  const isNew = !prompt.comparison?.base && prompt.verdict === 'blocked'
  return (prompt.comparison?.pairs ?? []).flatMap((pair): Annotation[] => {
    const isBroken = blocking.has(pair.case) || (isNew && pair.head === 'failed')
    if (!isBroken && pair.flip !== 'worse') return []
    const place = { title: `${prompt.name}: ${pair.case}`, file: pair.at.file, line: pair.at.line }
    return [{ level: isBroken ? worst : 'warning', message: wordsOf(pair), place }]
  })
}

function wordsOf(pair: Pair): string {
  const reruns = pair.confirm ? ` (base ${pair.confirm.base.join('/')}, head ${pair.confirm.head.join('/')})` : ''
  // The reason often names the first field already.
  const more = expectedAgainstGot(pair).filter((words) => !pair.reason.includes(words))
  return [`${pair.reason}${reruns}`, ...more].join('\n')
}

function expectedAgainstGot(pair: Pair): string[] {
  if (pair.fields && pair.fields.length > 0)
    return pair.fields.map(
      ({ field, expected, got }) =>
        `${field}: expected ${short(JSON.stringify(expected))}, got ${short(JSON.stringify(got))}`,
    )
  const wanted = pair.expected_text ?? pair.base_answer
  const name = pair.expected_text === undefined ? 'base' : 'expected'
  return [
    ...(wanted === undefined ? [] : [`${name}: ${short(wanted)}`]),
    `got: ${short(pair.head_answer ?? 'no answer')}`,
  ]
}

const short = (text: string | undefined): string =>
  text === undefined || text.length <= 400 ? (text ?? 'nothing') : `${text.slice(0, 400).toWellFormed()}…`

const byPlace = (a: Annotation, b: Annotation): number => {
  const [one, other] = [a.place.file ?? '', b.place.file ?? '']
  return one === other ? (a.place.line ?? 0) - (b.place.line ?? 0) : one < other ? -1 : 1
}

function atMost(annotations: Annotation[], level: Level): Annotation[] {
  if (annotations.length <= mostOfALevel) return annotations
  const shown = annotations.slice(0, mostOfALevel - 1)
  const more = annotations.length - shown.length
  return [...shown, { level, message: `and ${more} more ${names[level]}, see the job summary`, place: {} }]
}
