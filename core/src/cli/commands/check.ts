import type { Mode } from '../../eval/result.ts'
import { check, type CheckOptions } from '../../node/check.ts'
import { findBase } from '../../node/repository.ts'
import { verdictMarkdown } from '../../report/markdown.ts'
import { verdictText } from '../../report/text.ts'
import { catalogOf, newRunFolder, openProject } from '../open.ts'
import { emit, json, progress, wantsColor } from '../output.ts'
import type { GlobalOptions, World } from '../world.ts'

type Options = {
  base?: string
  baseCommit?: string
  gate: CheckOptions['gate']
  failOn: CheckOptions['failOn']
  maxCost?: number
  mode?: Mode
}

/** `assay check`: the main job. */
export async function checkCommand({
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
  const { repository } = opened
  const found = await findBase(repository, options)
  const folder = await newRunFolder(opened, world)
  const bar = progress(world)
  const { verdict, texts } = await check({
    head: { tree: repository.tree, commit: null, label: 'working tree' },
    base: found.base,
    renames: found.renames,
    names,
    gate: options.gate,
    failOn: options.failOn,
    ask: options.mode === 'replay' ? 'never' : options.mode === undefined ? 'if-key' : 'always',
    refresh: options.mode === 'refresh' || options.mode === 'live',
    ...(options.maxCost === undefined ? {} : { maxCostMicroUsd: options.maxCost }),
    fork: false,
    trustHead: !world.env['CI'],
    configFile: opened.configFile,
    catalog: (rules, tree) => catalogOf(rules, opened, tree),
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
  await folder.write('report.json', json(verdict))
  const color = wantsColor(globals, world)
  const text =
    globals.format === 'json'
      ? json(verdict)
      : globals.format === 'markdown'
        ? `${verdictMarkdown(verdict)}\n`
        : verdictText(verdict, { color, texts })
  await emit(
    globals.quiet && globals.format === 'text' ? `${text.split('\n').slice(0, 2).join('\n')}\n` : text,
    globals,
    world,
  )
  return verdict.exit
}
