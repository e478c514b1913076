import { join } from 'node:path'
import { AssayError } from '../../errors.ts'
import { check } from '../../node/check.ts'
import { evaluate } from '../../node/evaluate.ts'
import { findBase } from '../../node/repository.ts'
import { mergeIntoTape, type RunFolder } from '../../node/run-folder.ts'
import { planRecording } from '../../node/plan-recording.ts'
import { tapePathOf } from '../../registry/registry.ts'
import type { Snapshot } from '../../node/snapshot.ts'
import { dollars, plural } from '../../report/numbers.ts'
import { line } from '../../text/escape.ts'
import { catalogOf, newRunFolder, openProject, openSnapshot, type Opened } from '../open.ts'
import { emit, json, progress } from '../output.ts'
import type { GlobalOptions, World } from '../world.ts'

type Options = { base?: string; refresh?: boolean; repeats: number; maxCost?: number; yes?: boolean; dryRun?: boolean }

const asksAbove = 20_000

/** `assay record`: fills the tape; the price first. */
export async function record({
  names,
  options,
  globals,
  world,
}: {
  names: string[]
  options: Options
  globals: GlobalOptions
  world: World
}): Promise<number> {
  const opened = await openProject(globals, world)
  const snapshot = await openSnapshot(opened)
  const plan = await planRecording(snapshot, {
    names,
    repeats: options.repeats,
    refresh: options.refresh ?? false,
    env: world.env,
    today: opened.today,
  })
  const price = plan.bound === null ? 'price unknown' : `at most ${dollars(plan.bound)}`
  world.err(
    `${plural(plan.toAsk, 'answer')} to record for ${plural(plan.prompts, 'prompt')}, ${price}${options.base ? ', plus reruns of flipped cases' : ''}.\n`,
  )
  if (options.dryRun) {
    await emit(globals.format === 'json' ? json({ format: 1, plan }) : '', globals, world)
    return 0
  }
  if (
    !options.yes &&
    world.isTerminal &&
    (plan.bound ?? Infinity) > asksAbove &&
    plan.toAsk > 0 &&
    !(await world.confirm('Ask now?'))
  ) {
    throw new AssayError('usage', 'Nothing was asked.', { hint: '--yes skips the question.' })
  }
  const folder = await newRunFolder(opened, world)
  try {
    const notes = options.base
      ? await recordAgainstBase(opened, snapshot, folder, names, options, world)
      : await recordHead(opened, snapshot, folder, names, options, world)
    return await finish(opened, snapshot, folder, notes, globals, world)
  } catch (error) {
    // A refused key or a lost server must not cost the answers that came before.
    await merge(opened, snapshot, folder)
    throw error
  }
}

async function recordAgainstBase(
  opened: Opened,
  snapshot: Snapshot,
  folder: RunFolder,
  names: string[],
  options: Options,
  world: World,
): Promise<string[]> {
  const found = await findBase(opened.repository, { base: options.base! })
  const bar = progress(world)
  const { verdict } = await check({
    head: { tree: opened.repository.tree, commit: null, label: 'working tree' },
    base: found.base,
    renames: found.renames,
    names,
    gate: 'golden',
    failOn: 'never',
    ask: 'always',
    refresh: options.refresh ?? false,
    acceptAll: true,
    ignoreLint: true,
    ...(options.maxCost === undefined ? {} : { maxCostMicroUsd: options.maxCost }),
    fork: false,
    trustHead: !world.env['CI'],
    configFile: opened.configFile,
    catalog: await catalogOf(snapshot.config, opened),
    today: opened.today,
    env: world.env,
    folder,
    signal: world.signal,
    by: world.env['CI'] ? 'ci' : 'dev',
    now: world.now,
    progress: bar.show,
    notes: found.notes,
  })
  bar.end()
  return verdict.prompts
    .filter((prompt) => prompt.verdict === 'incomplete')
    .flatMap((prompt) => prompt.notes.slice(0, 1).map((note) => `${prompt.name}: ${note}`))
}

async function recordHead(
  opened: Opened,
  snapshot: Snapshot,
  folder: RunFolder,
  names: string[],
  options: Options,
  world: World,
): Promise<string[]> {
  const bar = progress(world)
  const { reports } = await evaluate(snapshot, {
    names,
    cases: [],
    tags: [],
    mode: options.refresh ? 'refresh' : 'record-missing',
    askKeyless: true,
    repeats: options.repeats,
    ...(options.maxCost === undefined ? {} : { maxCostMicroUsd: options.maxCost }),
    catalog: await catalogOf(snapshot.config, opened),
    today: opened.today,
    env: world.env,
    folder,
    signal: world.signal,
    by: world.env['CI'] ? 'ci' : 'dev',
    progress: (done, total, name) => bar.show(`${name}: ${done} of ${total} cases`),
  })
  bar.end()
  return reports.flatMap((report) =>
    report.errors.map((error) => `${report.prompt.name}: ${error.count} answers are missing: ${error.example}`),
  )
}

async function merge(
  opened: Opened,
  snapshot: Snapshot,
  folder: RunFolder,
): Promise<{ added: number; replaced: number }> {
  const total = { added: 0, replaced: 0 }
  for (const [name, lines] of await folder.all()) {
    const { added, replaced } = await mergeIntoTape(
      join(opened.repository.root, tapePathOf(name, snapshot.config)),
      lines,
    )
    total.added += added
    total.replaced += replaced
  }
  return total
}

async function finish(
  opened: Opened,
  snapshot: Snapshot,
  folder: RunFolder,
  notes: string[],
  globals: GlobalOptions,
  world: World,
): Promise<number> {
  const { added, replaced } = await merge(opened, snapshot, folder)
  const words = `${plural(added, 'answer')} recorded, ${replaced} replaced in ${snapshot.config.tapes}.`
  await emit(
    globals.format === 'json'
      ? json({ format: 1, added, replaced, missing: notes })
      : `${[words, ...notes.map((note) => line(note))].join('\n')}\n`,
    globals,
    world,
  )
  return notes.length > 0 ? 3 : 0
}
