import { join } from 'node:path'
import type { Mode } from '../../eval/result.ts'
import { evaluate } from '../../node/evaluate.ts'
import { mergeIntoTape } from '../../node/run-folder.ts'
import { tapePathOf } from '../../registry/registry.ts'
import { line } from '../../text/escape.ts'
import { runText } from '../../report/text.ts'
import { catalogOf, newRunFolder, noConfigLine, openProject, openSnapshot } from '../open.ts'
import { emit, json, progress, wantsColor } from '../output.ts'
import type { GlobalOptions, World } from '../world.ts'

type Options = {
  mode?: Mode
  model?: string
  case?: string[]
  tag?: string[]
  repeats: number
  concurrency?: number
  maxCost?: number
}

/** `assay eval`: the golden cases of the work tree. Outside CI new answers go to the tape. */
export async function evalCommand({
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
  const folder = await newRunFolder(opened, world)
  const bar = progress(world)
  const isCi = Boolean(world.env['CI'])
  const { reports, notes, exit } = await evaluate(snapshot, {
    names,
    cases: options.case ?? [],
    tags: options.tag ?? [],
    mode: options.mode ?? 'record-missing',
    askKeyless: options.mode !== undefined && options.mode !== 'replay',
    ...(options.model ? { model: options.model } : {}),
    repeats: options.repeats,
    ...(options.concurrency ? { concurrency: options.concurrency } : {}),
    ...(options.maxCost === undefined ? {} : { maxCostMicroUsd: options.maxCost }),
    catalog: await catalogOf(snapshot.config, opened),
    today: opened.today,
    env: world.env,
    folder,
    signal: world.signal,
    by: isCi ? 'ci' : 'dev',
    progress: (done, total, name) => bar.show(`${name}: ${done} of ${total} cases`),
  })
  bar.end()
  if (!isCi) {
    for (const [name, lines] of await folder.all())
      await mergeIntoTape(join(opened.repository.root, tapePathOf(name, snapshot.config)), lines)
  }
  if (globals.format === 'json') await emit(json({ format: 1, runs: reports, notes }), globals, world)
  else {
    const blocks = reports.map((report) => runText(report, { color: wantsColor(globals, world) }))
    const empty = snapshot.prompts.length === 0 ? ['No prompt files were found.'] : []
    await emit(
      `${noConfigLine(snapshot)}${[...blocks, ...empty, ...notes.map((note) => line(note))].join('\n\n')}\n`,
      globals,
      world,
    )
  }
  return exit
}
