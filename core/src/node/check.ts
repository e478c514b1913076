import { sortFindings, type Finding } from '../findings.ts'
import { decide, overall, type Rules } from '../gate/decide.ts'
import { roundsFor } from '../gate/confirm.ts'
import { exitOf, type PromptVerdict, type Verdict } from '../gate/verdict.ts'
import { holm } from '../stats/holm.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { shareCaps } from '../eval/ledger.ts'
import { defaultConfig, type Config } from '../registry/config.ts'
import { microUsd } from '../registry/decimal.ts'
import { providerSettings } from '../registry/presets.ts'
import { scrubDeep } from '../text/secrets.ts'
import { packageVersion } from '../text/command.ts'
import type { Tree } from '../text/tree.ts'
import { findChanges, type Change } from './changes.ts'
import { judgeChange, prepareChange, rulesOfChange, type JudgedChange } from './judge-change.ts'
import { prepareLimits } from './lint-limits.ts'
import { lintBase, lintChanges } from './lint-registry.ts'
import { lintBlocked, promptVerdict } from './prompt-verdict.ts'
import { capOf, providerIdOf } from './prompt-run.ts'
import type { RunFolder } from './run-folder.ts'
import { configPath, noParsedFiles, readSnapshot, type Snapshot } from './snapshot.ts'
import { tapeFactors } from './tape-factor.ts'

/** Everything `check` needs from the world. */
export type CheckOptions = {
  head: { tree: Tree; commit: string | null; label: string }
  /** null: no base (no git, or unrelated histories): absolute gates only. */
  base: { tree: Tree; commit: string | null; label: string } | null
  /** New path -> old path of files that git sees as moved. */
  renames?: ReadonlyMap<string, string> | Promise<ReadonlyMap<string, string>>
  /** Names of prompts to check; empty: all. */
  names?: readonly string[]
  gate: 'auto' | 'schema' | 'golden'
  failOn: 'regression' | 'floor' | 'lint' | 'never'
  /** never: recorded answers only; if-key: what is missing, when a key is set; always: also endpoints without a key. */
  ask: 'never' | 'if-key' | 'always'
  refresh?: boolean
  /** Accept every recorded answer (`record`, which only fills in what is missing). */
  acceptAll?: boolean
  /** Go on to the answers although lint finds errors (`record`). */
  ignoreLint?: boolean
  /** Micro-dollars; can only lower the caps. */
  maxCostMicroUsd?: number
  fork: boolean
  /** Whether head may name endpoints and caps when base has no assay.yaml: on one's own machine, never for a pull request. */
  trustHead: boolean
  configFile?: string
  /** A function makes it of the rules that decide, read from the tree that they come from. */
  catalog: Catalog | ((rules: Config, tree: Tree) => Promise<Catalog>)
  today: string
  env: Readonly<Record<string, string | undefined>>
  folder: RunFolder | null
  signal: AbortSignal
  by: string
  now: () => number
  progress?: (text: string) => void
  notes?: readonly string[]
}

/** The verdict, and the texts of head for source lines in reports. */
export type Checked = { verdict: Verdict; texts: ReadonlyMap<string, string> }

const methodNote =
  'Golden cases are hand-picked: intervals speak of case and model noise, not of production. The mid-p value is quasi-exact; the exact p stands in the JSON.'

/**
 * The main job: lint, base, answers, comparison, verdict. The command, the Action and `record` all call this one function.
 * @throws AssayError for what is wrong with the world or the configuration (exit 2)
 */
export async function check(o: CheckOptions): Promise<Checked> {
  const started = o.now()
  const known = new Map<string, Uint8Array>()
  const parsed = noParsedFiles()
  const read = (tree: Tree) =>
    readSnapshot(tree, { known, parsed, ...(o.configFile ? { configFile: o.configFile } : {}) })
  // One after the other: what base has read, head need not fetch again.
  const base = o.base && (await read(o.base.tree))
  const head = await read(o.head.tree)
  // Rules come from base, so that a change cannot loosen the gate that judges it.
  const rules = rulesOf(base, head, o.trustHead)
  const notes = [...(o.notes ?? []), ...ruleNotes(base, head, o.configFile ?? configPath)]
  const changes = findChanges(base, head, (await o.renames) ?? new Map(), o.names ?? [])
  const sides = changes.flatMap((change) => [change.head, ...(change.base ? [change.base] : [])])
  const trusted = base?.hasConfig && o.base ? o.base.tree : o.head.tree
  const catalog = typeof o.catalog === 'function' ? await o.catalog(rules, trusted) : o.catalog
  const limits = await prepareLimits(sides, catalog, rules, {
    goldens: head.goldens,
    factorOf: tapeFactors(head, rules, o.today),
    today: o.today,
  })
  const configFile = o.configFile ?? configPath
  const lintOptions = { rules, catalog, today: o.today, facts: limits, configFile }
  const findings = lintChanges(changes, head, { ...lintOptions, baseLabel: o.base?.label ?? null })
  const before = base ? lintBase(changes, base, lintOptions) : []
  const facts = { o, base, head, rules, catalog, changes, findings, before, notes, started }

  const broken = brokenSet(changes, head)
  if (broken) return finish(facts, [], { verdict: 'error', reason: '' }, [broken])
  const hasErrors = findings.some((finding) => finding.severity === 'error')
  if (changes.length === 0) return finish(facts, [], overall([], hasErrors), [])
  if (hasErrors && !o.ignoreLint) {
    return finish(facts, changes.map(lintBlocked), overall([], true), [])
  }

  const judged = await judgeAll(facts)
  const prompts = decideAll(judged, rules, { baseLabel: o.base?.label ?? 'main', catalogAsOf: catalog.asOf })
  return finish(facts, prompts, overall(prompts, hasErrors), [])
}

type Facts = {
  o: CheckOptions
  base: Snapshot | null
  head: Snapshot
  rules: Config
  catalog: Catalog
  changes: Change[]
  findings: Finding[]
  /** What lint says of the same prompts on base. */
  before: Finding[]
  notes: string[]
  started: number
}

// A change that brings the first assay.yaml brings its own gates, but neither endpoints (they would get the key) nor caps.
function rulesOf(base: Snapshot | null, head: Snapshot, trustHead: boolean): Config {
  if (base?.hasConfig) return base.config
  if (trustHead) return head.config
  const cap = (gate: 'schema' | 'golden' | 'full') => ({
    ...head.config.gates[gate],
    max_cost_usd: defaultConfig.gates[gate].max_cost_usd,
    accept_claimed: defaultConfig.gates[gate].accept_claimed,
  })
  const { providers, prices, models, channels, plugins, run } = defaultConfig
  const gates = { ...head.config.gates, schema: cap('schema'), golden: cap('golden'), full: cap('full') }
  return { ...head.config, providers, prices, models, channels, plugins, run, gates }
}

function ruleNotes(base: Snapshot | null, head: Snapshot, configFile: string): string[] {
  if (!base) return ['no base: versions and changelogs were not compared']
  const notes: string[] = []
  if (!base.hasConfig && head.hasConfig) notes.push('this change brings its own rules (no assay.yaml on the base)')
  if (!base.hasConfig && !head.hasConfig) notes.push('no assay.yaml: defaults are in use')
  const configOf = (snapshot: Snapshot) => snapshot.texts.get(configFile)
  if (base.hasConfig && configOf(base) !== configOf(head))
    notes.push(`${configFile} changed here: base's rules decide until it is merged`)
  const names = new Set(head.prompts.map((prompt) => prompt.name))
  const removed = [...new Set(base.prompts.map((prompt) => prompt.name))].filter((name) => !names.has(name))
  if (removed.length > 0) notes.push(`removed: ${removed.join(', ')}`)
  return notes
}

// A set that silently lost a case must never pass: nothing is asked, nothing is compared.
function brokenSet(changes: readonly Change[], head: Snapshot): Finding | null {
  for (const change of changes) {
    const golden = head.goldens.get(change.head.path)
    const problem = golden?.findings.find((finding) => finding.severity === 'error')
    if (problem) return problem
  }
  return null
}

// The run's own limit, lowered further by `--max-cost`; null: only the caps of the prompts hold.
function limitOf(o: CheckOptions, rules: Config): number | null {
  const ofRules = rules.run.max_cost_usd === null ? Infinity : microUsd(rules.run.max_cost_usd)
  const limit = Math.min(ofRules, o.maxCostMicroUsd ?? Infinity)
  return limit === Infinity ? null : limit
}

async function judgeAll({ o, rules, changes }: Facts): Promise<JudgedChange[]> {
  const caps = shareCaps(
    changes.map((change) => capOf(rulesOfChange(change, rules, o.trustHead))),
    limitOf(o, rules),
  )
  const prepared = await Promise.all(changes.map((change, at) => prepareChange(change, o, rules, caps[at]!)))
  const gating = prepared.reduce((sum, one) => sum + one.gating, 0)
  const judged: JudgedChange[] = []
  // One prompt after another: what is known so far is on disk, and progress reads in order.
  for (const one of prepared) {
    o.progress?.(one.change.head.name)
    judged.push(await judgeChange(one, roundsFor(gating)))
  }
  return judged
}

function decideAll(
  judged: readonly JudgedChange[],
  rules: Config,
  common: { baseLabel: string; catalogAsOf: string },
): PromptVerdict[] {
  const tested = judged.filter((one) => one.judgement?.p !== null && one.judgement !== null)
  const adjusted = holm(tested.map((one) => one.judgement!.p!))
  return judged.map((one) => {
    const at = tested.indexOf(one)
    const pHolm = at === -1 ? null : adjusted[at]!
    const ruling: Rules = {
      floor: one.gates.golden.floor,
      floorStrict: one.gates.golden.floor_strict,
      alpha: rules.verdict.alpha,
      margin: rules.verdict.margin,
      gate: 'golden',
    }
    const decision = one.judgement && decide(one.judgement, pHolm, ruling)
    const own = one.ownJudgement && decide(one.ownJudgement, one.ownJudgement.p, ruling)
    return promptVerdict(one.change, { ...one, own }, decision, { tested: tested.length, pHolm, ...common })
  })
}

function finish(
  { o, base, head, rules, catalog, changes, findings, before, notes, started }: Facts,
  prompts: PromptVerdict[],
  outcome: Pick<Verdict, 'verdict' | 'reason'>,
  problems: readonly Finding[],
): Checked {
  const warnings = newWarnings(findings, before)
  const lookFirst = [...new Set(prompts.flatMap((prompt) => prompt.look_first))]
  if (warnings > 0 && prompts.length > 0) lookFirst.push(`${warnings} new ${warnings === 1 ? 'warning' : 'warnings'}`)
  const spent = prompts.reduce((sum, prompt) => sum + (prompt.comparison?.head.cost_micro_usd.spent ?? 0), 0)
  const isThrough = isLetThrough(outcome, o.failOn)
  const verdict: Verdict = {
    format: 1,
    tool: `Assay ${packageVersion}`,
    ...outcome,
    exit: isThrough ? 0 : exitOf(outcome.verdict),
    look_first: lookFirst,
    base: o.base && { commit: o.base.commit, label: o.base.label },
    head: { commit: o.head.commit, label: o.head.label },
    fork: o.fork,
    findings: sortFindings([...findings, ...problems]),
    cost_micro_usd: { cap: o.maxCostMicroUsd ?? null, spent },
    prompts,
    registry: { prompts: head.prompts.length },
    catalog_as_of: catalog.asOf,
    policy: {
      from_commit: base?.hasConfig ? (o.base?.commit ?? null) : null,
      alpha: rules.verdict.alpha,
      margin: rules.verdict.margin,
      rounds: roundsFor(0).map((round) => round.runs),
      accept_claimed: rules.gates.golden.accept_claimed,
    },
    notes: [
      ...(problems[0]
        ? [
            `${problems[0].path}:${problems[0].line}:${problems[0].column}: ${problems[0].message}`,
            'Fix the golden set; a set with errors is never judged.',
          ]
        : []),
      ...notes,
      ...(isThrough ? [`would block with fail-on: regression (${outcome.reason})`] : []),
    ],
    method: methodNote,
    ms: Math.round(o.now() - started),
  }
  return { verdict: scrubDeep(verdict, keysInUse(changes, rules, o.env)), texts: head.texts }
}

// The keys that this check may have sent; whatever a provider or a model says back, they are shown nowhere.
function keysInUse(changes: readonly Change[], rules: Config, env: CheckOptions['env']): string[] {
  const ids = new Set(
    changes.flatMap(({ head, base }) => [head, ...(base ? [base] : [])].map((prompt) => providerIdOf(prompt, rules))),
  )
  return [...ids].flatMap((id) => {
    const { api_key_env: name } = providerSettings(id, rules.providers[id])
    return name === null ? [] : (env[name]?.trim() ?? [])
  })
}

// A warning that base has too is no news of this change.
function newWarnings(findings: readonly Finding[], before: readonly Finding[]): number {
  const known = new Set(before.map((finding) => `${finding.rule} ${finding.message}`))
  return findings.filter(
    (finding) => finding.severity === 'warning' && !known.has(`${finding.rule} ${finding.message}`),
  ).length
}

// What `--fail-on` lets through keeps its verdict and reason; only the exit code changes.
function isLetThrough(
  { verdict, reason }: Pick<Verdict, 'verdict' | 'reason'>,
  failOn: CheckOptions['failOn'],
): boolean {
  if (failOn === 'regression' || verdict === 'error' || verdict === 'pass') return false
  if (failOn === 'never') return true
  if (verdict === 'incomplete') return failOn === 'lint'
  return failOn === 'lint' ? reason !== 'lint' && reason !== 'schema' : !['lint', 'schema', 'floor'].includes(reason)
}
