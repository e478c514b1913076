import { firstRun, type Pair, type PromptVerdict, type Verdict } from '../gate/verdict.ts'
import type { Finding } from '../findings.ts'
import { command } from '../text/command.ts'
import { code, fence, inline, type Safe } from '../text/escape.ts'
import { answerDiff } from './answer-diff.ts'
import { evidenceWords, headlineOf, passed, rerunWords, shownAnswer, worstFirst } from './headline.ts'
import { day, dollars, duration, percentRange, plural, points, probability, signedFixed } from './numbers.ts'
import { outcomeWords } from './text.ts'

/** Where things can be looked at. Built by the shell from parts; without it names stand bare. */
export type Links = {
  /** A file at the head commit. */
  file?(path: string, line?: number): string
  /** The page of the run, with summary and artifacts. */
  run?: string
}

export type MarkdownOptions = {
  links?: Links
  /** UTF-16 units that the body may have; GitHub refuses comments over 65,536 characters. */
  budget?: number
  /** The last line, for example the marker of a sticky comment. */
  lastLine?: string
}

/**
 * The pull-request comment: two lines that are also the mail and the phone notification, the change in words, a table, the
 * cases that got worse, and everything else folded. Over budget whole blocks are left out, last ones first, and counted.
 */
export function verdictMarkdown(verdict: Verdict, o: MarkdownOptions = {}): string {
  const headline = headlineOf(verdict)
  const why = headline.why ? `${inline(headline.why)}: ` : ''
  const head = [
    `**Assay: ${headline.word}** · ${why}${inline(headline.what)}`,
    `${prose(headline.move)}${/[.!?]$/.test(headline.move) ? ' ' : ' · '}${inline(headline.cost)}`,
    `Change: ${inline(headline.change)}`,
  ].join('\n')
  const foot = [footer(verdict, o.links, [headline.what, headline.move]), ...(o.lastLine ? [o.lastLine] : [])].join(
    '\n',
  )
  const prompts = worstFirst(verdict.prompts)
  const optional = [
    ...(prompts.length > 0 ? [table(prompts, o.links)] : []),
    ...findingsBlock(verdict.findings, o.links),
    ...prompts.flatMap((prompt) => promptNotes(prompt, [headline.what, headline.move])),
    ...worseBlocks(prompts, o.links),
    ...prompts.flatMap((prompt) => unchangedExpectations(prompt)),
    ...prompts.flatMap((prompt) => statistics(prompt)),
    ...otherCases(prompts),
  ]
  return fit(head, optional, foot, o.budget ?? 60_000)
}

function fit(head: string, blocks: readonly string[], foot: string, budget: number): string {
  const room = budget - head.length - foot.length - 200
  const kept: string[] = []
  let used = 0
  for (const block of blocks) {
    if (used + block.length + 2 > room) continue
    kept.push(block)
    used += block.length + 2
  }
  const left = blocks.length - kept.length
  const note = left > 0 ? [`${plural(left, 'part')} left out here for length; the full report holds them.`] : []
  return [head, ...kept, ...note, foot].join('\n\n')
}

// Our own commands are shown as code, to be copied; a command holds no character that could leave the span.
const printedCommand = /(npx -y @assay\/core@[\w.-]+(?: [\w./=-]+)*)/

/** Sentences of ours around data: commands as code, everything else escaped. */
const prose = (text: string): string =>
  text
    .split(printedCommand)
    .map((part, index) => (index % 2 === 1 ? `\`${part}\`` : inline(part)))
    .join('')

const linked = (text: Safe, href: string | undefined): string => (href ? `[${text}](${href})` : text)

function table(prompts: readonly PromptVerdict[], links: Links | undefined): string {
  const shown = prompts.slice(0, 60)
  const rows = shown.map((prompt) => {
    const schema = prompt.gates.find(({ gate }) => gate === 'schema')
    const comparison = prompt.comparison
    const cells = [
      signOf(prompt),
      linked(code(prompt.name), links?.file?.(prompt.path)),
      inline(
        prompt.base_version && prompt.base_version !== prompt.version
          ? `${prompt.base_version} → ${prompt.version}`
          : prompt.version,
      ),
      schema ? schemaCell(schema) : '➖',
      goldenCell(prompt),
      comparison?.base
        ? `${comparison.counts.worse > 0 ? `**${comparison.counts.worse}**` : '0'} / ${comparison.counts.better}`
        : '➖',
      costCell(prompt),
      comparison ? inline(evidenceWords(comparison.head)) : '➖',
    ]
    return `| ${cells.join(' | ')} |`
  })
  if (prompts.length > shown.length) rows.push(`| | ${prompts.length - shown.length} others | | | | | | |`)
  return [
    '| | Prompt | Version | Schema (gate 1) | Golden (gate 2) | Worse / better | Cost per 1k calls | Evidence |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

const signOf = (prompt: PromptVerdict): string =>
  prompt.verdict === 'blocked'
    ? '❌'
    : prompt.verdict === 'incomplete'
      ? '⏸️'
      : prompt.look_first.length > 0
        ? '⚠️'
        : '✅'

function schemaCell(gate: PromptVerdict['gates'][number]): string {
  if (gate.result === 'pass') return `✅ ${gate.passed}/${gate.of} valid`
  if (gate.result === 'fail') return `❌ ${gate.passed}/${gate.of} valid`
  return `⏸️ ${inline(gate.reason ?? 'not run')}`
}

function goldenCell(prompt: PromptVerdict): string {
  const head = passed(prompt.comparison?.head)
  if (head === null) return prompt.reason === 'no-golden-cases' ? '⏸️ no golden cases' : '⏸️ not run'
  const base = passed(prompt.comparison?.base)
  return `${base === null ? '' : `${base} → `}${prompt.verdict === 'blocked' ? `**${head}**` : head}${prompt.floor ? ` (need ${prompt.floor.need})` : ''}`
}

function costCell(prompt: PromptVerdict): string {
  const per = (micro: number | null | undefined) =>
    micro === null || micro === undefined ? null : dollars(micro * 1000)
  const [base, head] = [
    per(prompt.comparison?.base?.cost_micro_usd.per_call),
    per(prompt.comparison?.head.cost_micro_usd.per_call),
  ]
  if (head === null) return prompt.comparison?.head.usage ? 'price unknown' : '➖'
  return base === null || base === head ? head : `${base} → ${head}`
}

function findingsBlock(findings: readonly Finding[], links: Links | undefined): string[] {
  if (findings.length === 0) return []
  const rank = { error: 0, warning: 1, info: 2 }
  const worst = findings.toSorted((a, b) => rank[a.severity] - rank[b.severity])
  const rows = worst.slice(0, 50).map((finding) => {
    const sign = finding.severity === 'error' ? '❌ error' : finding.severity === 'warning' ? '⚠️ warning' : 'note'
    const place = linked(inline(`${finding.path} L${finding.line}`), links?.file?.(finding.path, finding.line))
    return `| ${sign} | ${code(finding.rule)} | ${place} | ${prose(finding.message)} |`
  })
  const more = findings.length > 50 ? [`| | | | and ${findings.length - 50} more |`] : []
  const list = ['| | Rule | Place | What |', '|---|---|---|---|', ...rows, ...more].join('\n')
  const errors = findings.filter((finding) => finding.severity === 'error').length
  if (errors > 0) return [`**Lint**: ${plural(errors, 'error')}. Safe fixes: \`${command('lint --fix')}\`\n\n${list}`]
  return [details(`⚠️ ${plural(findings.length, 'lint finding')}, none blocks`, list)]
}

const details = (summary: string, body: string, isOpen = false): string =>
  `<details${isOpen ? ' open' : ''}><summary>${summary}</summary>\n\n${body}\n\n</details>`

// What the first lines say already is not said again.
const unsaid = (notes: readonly string[], said: readonly string[]): string[] =>
  notes.filter(
    (note) =>
      !said.some(
        (line) => line.includes(note) || note.startsWith(line.replace(/…$/, '')) || line.includes(note.slice(0, 60)),
      ),
  )

function promptNotes(prompt: PromptVerdict, said: readonly string[]): string[] {
  const rows = unsaid(prompt.notes, said).map((note) => `- ${code(prompt.name)}: ${prose(note)}`)
  if (prompt.tape && prompt.tape.added + prompt.tape.replaced + prompt.tape.removed > 0) {
    const { added, replaced, removed } = prompt.tape
    const parts = [
      replaced > 0 ? `replaces ${plural(replaced, 'recorded answer')} of the base` : '',
      added > 0 ? `adds ${plural(added, 'recorded answer')}` : '',
      removed > 0 ? `removes ${removed}` : '',
    ]
    rows.push(`- ⚠️ ${code(prompt.name)}: the tape ${parts.filter(Boolean).join(', ')}`)
  }
  const test = prompt.test_changed
  if (test) {
    const { added, removed, edited } = test.changes
    const counts = [
      plural(edited.length, 'case') + ' edited',
      `${added.length} added`,
      `${removed.length} removed`,
    ].join(', ')
    rows.push(
      `- ⚠️ ${code(prompt.name)}: the test changed (${counts}). With base's test ${test.base.passed}/${test.base.of} (${test.base.verdict}), with its own ${test.own.passed}/${test.own.of} (${test.own.verdict})`,
    )
  }
  return rows.length > 0 ? [rows.join('\n')] : []
}

// Round-robin over the prompts, so that no prompt hides another.
function worseBlocks(prompts: readonly PromptVerdict[], links: Links | undefined): string[] {
  const lists = prompts.map((prompt) => worseFirst(prompt))
  const blocks: string[] = []
  for (let turn = 0; lists.some((list) => turn < list.length); turn += 1) {
    for (const list of lists) {
      const pair = list[turn]
      if (pair) blocks.push(worseBlock(pair, links, blocks.length === 0))
    }
  }
  return blocks.length > 0 ? [`**What got worse**${commonField(lists.flat())}`, ...blocks] : []
}

// One cause is worth more than five cases.
function commonField(pairs: readonly Pair[]): string {
  const fields = new Set(pairs.map((pair) => pair.fields?.map(({ field }) => field).join(', ')))
  const [field] = fields
  return pairs.length > 1 && fields.size === 1 && field
    ? ` (all ${pairs.length} in the same field, ${code(field)})`
    : ''
}

const worseFirst = (prompt: PromptVerdict): Pair[] => {
  const rank = (pair: Pair): number => (pair.confirm?.outcome === 'broken' ? 0 : 1)
  const pairs = prompt.comparison?.pairs ?? []
  if (!prompt.comparison?.base) return pairs.filter((pair) => pair.head === 'failed')
  return pairs.filter((pair) => pair.flip === 'worse').toSorted((a, b) => rank(a) - rank(b))
}

function worseBlock(pair: Pair, links: Links | undefined, isOpen: boolean): string {
  const isBroken = pair.confirm === undefined || pair.confirm.outcome === 'broken'
  const outcome = isBroken ? '' : ` · ${outcomeWords(pair)}`
  const reruns = rerunWords(pair)
  const summary = `${isBroken ? '❌' : '⚠️'} ${code(pair.case)} · ${inline(shownAnswer(pair.reason, 160))}${reruns ? ` · ${reruns}` : ''}${outcome}`
  const place = linked(inline(`${pair.at.file} L${pair.at.line}`), links?.file?.(pair.at.file, pair.at.line))
  return details(summary, `Case: ${place}\n\n${fence('diff', answerDiff(pair))}`, isOpen)
}

function unchangedExpectations(prompt: PromptVerdict): string[] {
  const same = prompt.comparison?.same_as_base
  if (!same || same.changed === 0) return []
  const pairs = prompt.comparison!.pairs.filter((pair) => same.cases.includes(pair.case)).slice(0, 10)
  const bodies = pairs.map((pair) => {
    const before = shownAnswer(pair.base_answer ?? '', 300)
      .split('\n')
      .map((row) => `- ${row}`)
    const after = shownAnswer(pair.head_answer ?? '', 300)
      .split('\n')
      .map((row) => `+ ${row}`)
    return `${code(pair.case)}\n\n${fence('diff', [...before, ...after].join('\n'))}`
  })
  return [
    details(
      `${same.changed} of ${same.n} answers without an expectation changed in ${code(prompt.name)}`,
      bodies.join('\n\n'),
    ),
  ]
}

function statistics(prompt: PromptVerdict): string[] {
  const { comparison } = prompt
  const head = comparison?.head
  if (!comparison || !head?.pass_rate) return []
  const rate = (report: typeof head | null) =>
    report?.pass_rate ? `${passed(report)} (${percentRange(report.pass_rate.lo, report.pass_rate.hi)})` : '➖'
  const difference =
    comparison.delta !== null && comparison.interval
      ? `${points(comparison.delta)}, 95 % Tango interval ${signedFixed(comparison.interval.lo * 100)} to ${signedFixed(comparison.interval.hi * 100)}`
      : 'no baseline'
  const { worse, better } = comparison.counts
  const test = comparison.stage2
    ? `3 runs a case: one-sided mid-p ${probability(comparison.stage2.p)}`
    : comparison.stage1
      ? `first runs: one-sided mid-p ${probability(comparison.stage1.p)}${comparison.stage1.p > 0.3 ? ', stopped after 1 run per case' : ''}`
      : ''
  const rows = [
    '| Measure | Base | Head | Difference |',
    '|---|---|---|---|',
    `| Passed, 95 % Wilson interval | ${rate(comparison.base)} | ${rate(head)} | ${difference} |`,
    ...(comparison.base
      ? [
          `| Cases | | | ${worse} worse, ${better} better; ${test}${prompt.p_holm === null ? '' : `, Holm over ${plural(prompt.m, 'prompt')} ${probability(prompt.p_holm)}`} |`,
        ]
      : []),
    ...latencyRow(prompt),
  ]
  const sight = comparison.mde
    ? `${plural(comparison.counts.n, 'case')} can detect a drop of ${(comparison.mde.drop * 100).toFixed(1)} points or more (80 % power)${prompt.inconclusive ? ' and cannot rule out a drop of 10 points' : ''}; a smaller one may be there.`
    : ''
  return [
    details(
      `How sure is this? (statistics of ${code(prompt.name)})`,
      [rows.join('\n'), sight].filter(Boolean).join('\n\n'),
    ),
  ]
}

function latencyRow(prompt: PromptVerdict): string[] {
  const [base, head] = [prompt.comparison?.base?.latency_ms, prompt.comparison?.head.latency_ms]
  if (!head) return []
  return [`| Latency p95 as recorded | ${base ? duration(base.p95) : '➖'} | ${duration(head.p95)} | not gating |`]
}

function otherCases(prompts: readonly PromptVerdict[]): string[] {
  return prompts.flatMap((prompt) => {
    const pairs = prompt.comparison?.base ? prompt.comparison.pairs : []
    const better = pairs.filter((pair) => pair.flip === 'better')
    const known = pairs.filter((pair) => pair.base === 'failed' && pair.head === 'failed')
    if (better.length + known.length === 0) return []
    const rows = [
      ...better.map((pair) => `| ✅ | ${code(pair.case)} | ❌ fail | ✅ pass | one run each |`),
      ...known
        .slice(0, 50)
        .map((pair) => `| ➖ | ${code(pair.case)} | ❌ fail | ❌ fail | ${inline(shownAnswer(pair.reason, 160))} |`),
    ]
    const body = ['| | Case | Base | Head | Note |', '|---|---|---|---|---|', ...rows].join('\n')
    return [
      details(
        `${code(prompt.name)}: ✅ ${better.length} better · ➖ ${plural(known.length, 'failure')} on both sides`,
        body,
      ),
    ]
  })
}

function footer(verdict: Verdict, links: Links | undefined, said: readonly string[]): string {
  const commit = (name: string, side: { commit: string | null; label: string } | null) =>
    side === null
      ? 'no base'
      : side.commit
        ? `${name} <code>${inline(side.commit.slice(0, 7)).replaceAll('<span></span>', '')}</code>`
        : `${name} ${inline(side.label)}`
  const base = verdict.base
    ? `${commit('base', verdict.base)}${verdict.base.commit ? ` (merge-base with ${code(verdict.base.label)})` : ''}`
    : 'no base'
  const parts = [
    commit('head', verdict.head),
    base,
    `spent ${dollars(verdict.cost_micro_usd.spent)}`,
    ...baseEvidence(verdict),
    ...unsaid(verdict.notes, said).map((note) => prose(note)),
    ...(links?.run ? [`[full report](${links.run})`] : []),
    verdict.tool,
  ]
  return `<sub>${parts.join(' · ')}</sub>`
}

function baseEvidence(verdict: Verdict): string[] {
  const reports = verdict.prompts.flatMap((prompt) => prompt.comparison?.base ?? [])
  const times = reports
    .flatMap((report) => report.cases.flatMap((result) => firstRun(result.runs)?.at ?? []))
    .toSorted()
  const [oldest, newest] = [times[0], times.at(-1)]
  if (!oldest || !newest) return []
  return [`base answers recorded ${day(oldest)}${day(oldest) === day(newest) ? '' : ` to ${day(newest)}`}`]
}
