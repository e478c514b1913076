import type { CaseResult, RunReport } from '../eval/result.ts'
import { reasonOf } from '../eval/score.ts'
import { firstRun, type Pair, type PromptVerdict, type Verdict } from '../gate/verdict.ts'
import { line } from '../text/escape.ts'
import { findingsText } from './findings-text.ts'
import { changeWords, evidenceWords, headlineOf, nameAndVersions, passed, rerunWords, worstFirst } from './headline.ts'
import { day, dollars, percentRange, plural, points, probability, signedFixed } from './numbers.ts'
import { painter, type Paint } from './paint.ts'

const shownFlips = 20

/** A verdict for a terminal of 80 to 120 columns: verdict first, then what changed, then the cases, worst first. */
export function verdictText(verdict: Verdict, o: { color: boolean; texts?: ReadonlyMap<string, string> }): string {
  const paint = painter(o.color)
  const headline = headlineOf(verdict)
  const mark = verdict.verdict === 'pass' ? paint.good : paint.bad
  const rows = [
    `${mark(headline.word.toUpperCase())}${headline.why ? ` · ${line(headline.why)}` : ''}`,
    `  ${line(headline.what)}`,
    `  Next: ${line(headline.move)}`,
  ]
  if (headline.cost) rows.push(`  ${line(headline.cost)}`)
  const blocks = [rows.join('\n')]
  for (const prompt of worstFirst(verdict.prompts)) blocks.push(promptBlock(prompt, paint))
  if (verdict.findings.length > 0) blocks.push(findingsText(verdict.findings, o.texts ?? new Map(), o))
  blocks.push(paint.dim(footer(verdict)))
  return `${blocks.join('\n\n')}\n`
}

function promptBlock(prompt: PromptVerdict, paint: Paint): string {
  const word = prompt.verdict === 'pass' ? paint.good('PASS') : paint.bad(prompt.verdict.toUpperCase())
  const rows = [
    `${paint.bold(line(nameAndVersions(prompt)))}   ${word}   ${prompt.reason}`,
    `  Change: ${line(changeWords(prompt))}`,
  ]
  const numbers = numbersRow(prompt)
  if (numbers) rows.push(`  ${numbers}`)
  for (const gate of prompt.gates.filter(({ gate: id }) => id === 'schema')) {
    rows.push(
      `  Schema: ${gate.result === 'none' || gate.result === 'not-run' ? line(gate.reason ?? 'not run') : `${gate.passed}/${gate.of} valid`}`,
    )
  }
  const pairs = prompt.comparison?.pairs ?? []
  const worse = pairs.filter((pair) => pair.flip === 'worse')
  const better = pairs.filter((pair) => pair.flip === 'better')
  for (const pair of worse.slice(0, shownFlips)) rows.push(flipRow(pair, '✗', paint))
  if (worse.length > shownFlips) rows.push(`  … ${worse.length - shownFlips} more cases that got worse`)
  for (const pair of better.slice(0, shownFlips)) rows.push(flipRow(pair, '✓', paint))
  const known = pairs.filter((pair) => pair.base === 'failed' && pair.head === 'failed')
  if (known.length > 0)
    rows.push(
      `  ${plural(known.length, 'case')} failed on both sides: ${line(
        known
          .slice(0, 6)
          .map((pair) => pair.case)
          .join(', '),
      )}${known.length > 6 ? ', …' : ''}`,
    )
  const same = prompt.comparison?.same_as_base
  if (same && same.n > 0)
    rows.push(
      `  ${same.changed} of ${same.n} answers without an expectation changed${same.changed > 0 ? `: ${line(same.cases.slice(0, 6).join(', '))}` : ''}`,
    )
  for (const note of prompt.notes) rows.push(`  ${line(note)}`)
  return rows.join('\n')
}

function flipRow(pair: Pair, sign: '✗' | '✓', paint: Paint): string {
  const reruns = rerunWords(pair)
  const outcome = pair.confirm && pair.confirm.outcome !== 'broken' ? ` (${outcomeWords(pair)})` : ''
  const mark = sign === '✗' ? paint.bad(sign) : paint.good(sign)
  const reason = sign === '✗' ? pair.reason : 'failed on base, passes now (one run each)'
  return `  ${mark} ${line(pair.case)}   ${line(reason)}${reruns ? `   ${reruns}` : ''}${outcome}`
}

/** Why a flip does not count as broken. */
export const outcomeWords = (pair: Pair): string =>
  ({ broken: 'broken', unconfirmed: 'not confirmed', unstable: 'flaky on base', incomplete: 'reruns missing' })[
    pair.confirm!.outcome
  ]

function numbersRow(prompt: PromptVerdict): string | null {
  const comparison = prompt.comparison
  const head = passed(comparison?.head)
  if (!comparison || head === null) return null
  const base = passed(comparison.base)
  const parts = [`${base === null ? '' : `${base} → `}${head}${prompt.floor ? ` (needs ${prompt.floor.need})` : ''}`]
  if (comparison.delta !== null && comparison.interval) {
    parts.push(
      `Δ ${points(comparison.delta)}, 95 % ${signedFixed(comparison.interval.lo * 100)} … ${signedFixed(comparison.interval.hi * 100)}`,
    )
    parts.push(`${comparison.counts.worse} worse, ${comparison.counts.better} better`)
  } else if (comparison.head.pass_rate) {
    parts.push(`95 % ${percentRange(comparison.head.pass_rate.lo, comparison.head.pass_rate.hi)}`)
  }
  if (comparison.stage2) parts.push(`p ${probability(comparison.stage2.p)} (3 runs a case)`)
  else if (comparison.stage1) parts.push(`first-run p ${probability(comparison.stage1.p)}`)
  if (comparison.mde) parts.push(`can see drops ≥ ${(comparison.mde.drop * 100).toFixed(0)} points`)
  parts.push(evidenceWords(comparison.head))
  return parts.join(' · ')
}

function footer(verdict: Verdict): string {
  const base = verdict.base
    ? `base ${line(verdict.base.label)}${verdict.base.commit ? ` (${verdict.base.commit.slice(0, 7)})` : ''}`
    : 'no base'
  const rows = [
    `${base} · ${plural(verdict.prompts.length, 'changed prompt')} of ${verdict.registry.prompts} · spent ${dollars(verdict.cost_micro_usd.spent)} · catalogue as of ${day(verdict.catalog_as_of)} · ${verdict.tool}`,
  ]
  return [...verdict.notes.map((note) => line(note)), ...rows].join('\n')
}

/** One side's run for a terminal (`assay eval`). */
export function runText(report: RunReport, o: { color: boolean }): string {
  const paint = painter(o.color)
  const { totals, pass_rate: rate } = report
  const judged = totals.passed + totals.failed
  const counts = rate
    ? `${totals.passed}/${judged} passed, 95 % ${percentRange(rate.lo, rate.hi)}`
    : plural(totals.n, 'case')
  const extra = [
    totals.unanswered > 0 ? `${totals.unanswered} unanswered` : '',
    totals.unscored > 0 ? `${totals.unscored} without an expectation` : '',
  ]
  const rows = [
    `${paint.bold(line(`${report.prompt.name} ${report.prompt.version}`))}   ${[counts, ...extra.filter(Boolean)].join(' · ')}`,
  ]
  rows.push(`  ${line(report.model)} · ${evidenceWords(report)}`)
  for (const result of report.cases.filter(({ state }) => state === 'failed' || state === 'unanswered').slice(0, 50))
    rows.push(`  ${caseRow(result, paint)}`)
  return rows.join('\n')
}

function caseRow(result: CaseResult, paint: Paint): string {
  if (result.state === 'unanswered') return `- ${line(result.case)}   ${line(result.reason)}`
  const first = firstRun(result.runs)
  return `${paint.bad('✗')} ${line(result.case)}   ${line(first ? reasonOf(first.scores) : '')}`
}
