import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AssayError } from '../../errors.ts'
import { countFindings, type Finding } from '../../findings.ts'
import { baseOf } from '../../gate/base-of.ts'
import { fixText } from '../../lint/fix.ts'
import { lintSnapshot } from '../../node/lint-registry.ts'
import { findBase, fromRoot } from '../../node/repository.ts'
import { readSnapshot, type Snapshot } from '../../node/snapshot.ts'
import type { PromptFile } from '../../registry/prompt-file.ts'
import { findingsSummary, findingsText } from '../../report/findings-text.ts'
import { packageVersion } from '../../text/command.ts'
import { isBelow, type Tree } from '../../text/tree.ts'
import { catalogOf, noConfigLine, openProject, openSnapshot, type Opened } from '../open.ts'
import { emit, json, wantsColor } from '../output.ts'
import type { GlobalOptions, World } from '../world.ts'

type Options = { fix?: boolean; base?: string; maxWarnings?: number }

/** `assay lint`: findings of the registry; exit 1 on an error. */
export async function lint({
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
  const base = options.base === undefined ? null : await findBase(opened.repository, { base: options.base })
  const baseSnapshot = base?.base ? await readSnapshot(base.base.tree, { configFile: opened.configFile }) : null
  let snapshot = await openSnapshot(opened)
  const paths = names.map((name) => fromRoot(opened.repository, opened.cwd, name))
  const lintOnce = (of: Snapshot) =>
    findingsOf(of, paths, baseSnapshot, base?.renames ?? new Map(), options.base ?? null, opened)
  let fixed = 0
  if (options.fix) {
    fixed = await fixFiles(snapshot, lintOnce, opened)
    if (fixed > 0) snapshot = await openSnapshot(opened)
  }
  const findings = lintOnce(snapshot)
  const catalog = catalogOf(snapshot.config)
  const counts = countFindings(findings)
  if (globals.format === 'json') {
    await emit(
      json({ format: 1, tool: `Assay ${packageVersion}`, catalog_as_of: catalog.asOf, findings, counts }),
      globals,
      world,
    )
  } else {
    const body = findingsText(findings, snapshot.texts, { color: wantsColor(globals, world) })
    const summary =
      snapshot.prompts.length === 0
        ? nothingFound(snapshot)
        : findingsSummary(findings, snapshot.prompts.length, catalog.asOf)
    const mended = fixed > 0 ? `Fixed ${fixed} ${fixed === 1 ? 'file' : 'files'}.\n` : ''
    const report = globals.quiet
      ? `${summary}\n`
      : `${noConfigLine(snapshot)}${mended}${body}${body ? '\n\n' : ''}${summary}\n`
    await emit(report, globals, world)
  }
  const isOver = options.maxWarnings !== undefined && counts.warning > options.maxWarnings
  return counts.error > 0 || isOver ? 1 : 0
}

const nothingFound = (snapshot: Snapshot): string =>
  `No prompt files in ${snapshot.config.prompts.join(', ')}. A prompt is a YAML file such as prompts/v1/reply.yaml with version, model, user_template and changelog.`

function findingsOf(
  snapshot: Snapshot,
  paths: readonly string[],
  base: Snapshot | null,
  moved: ReadonlyMap<string, string>,
  baseLabel: string | null,
  opened: Opened,
): Finding[] {
  const isWanted = (path: string) => paths.length === 0 || paths.some((wanted) => isBelow(path, wanted))
  const prompts = snapshot.prompts.filter((prompt) => isWanted(prompt.path))
  const unknown = paths.find(
    (path) =>
      ![...snapshot.texts.keys()].some((known) => isBelow(known, path)) &&
      !snapshot.findings.some((finding) => isBelow(finding.path, path)),
  )
  if (unknown !== undefined) {
    throw new AssayError('usage', `No prompt file is at "${unknown}".`, {
      hint: `Prompts are looked for in ${snapshot.config.prompts.join(', ')} (assay.yaml: prompts).`,
    })
  }
  const baseFor = (prompt: PromptFile) => {
    if (!base) return null
    const found = baseOf(prompt, base.prompts, moved)
    return {
      prompt: found?.prompt ?? null,
      cases: found ? (base.goldens.get(found.prompt.path)?.set?.cases.length ?? 0) : 0,
    }
  }
  const o = {
    rules: snapshot.config,
    catalog: catalogOf(snapshot.config),
    today: opened.today,
    baseLabel: base ? baseLabel : null,
  }
  return lintSnapshot(snapshot, prompts, o, baseFor).filter(
    (finding) => isWanted(finding.path) || prompts.length === snapshot.prompts.length,
  )
}

// A fixed text is parsed again before it is written: a file must never become something else than was meant.
async function fixFiles(
  snapshot: Snapshot,
  lintOnce: (snapshot: Snapshot) => Finding[],
  opened: Opened,
): Promise<number> {
  let count = 0
  const paths = new Set(
    lintOnce(snapshot)
      .filter((finding) => finding.fixes?.some((fix) => fix.safe))
      .map((finding) => finding.path),
  )
  for (const path of paths) {
    const before = snapshot.texts.get(path)
    if (before === undefined) continue
    const again = new Map<string, Finding[]>()
    const state = { text: before }
    const relint = async (text: string) =>
      again.set(
        text,
        lintOnce(
          await readSnapshot(withText(opened.repository.tree, path, text), { configFile: opened.configFile }),
        ).filter((finding) => finding.path === path),
      )
    // fixText asks synchronously, so each round's text is linted before the next round.
    for (let round = 0; round < 10; round += 1) {
      await relint(state.text)
      const { text } = fixText(path, state.text, (asked) => again.get(asked) ?? [])
      if (text === state.text) break
      state.text = text
    }
    if (state.text === before) continue
    const target = join(opened.repository.root, path)
    const bytes = await opened.repository.tree.read([path])
    const mark = bytes.get(path)?.[0] === 0xef ? '\ufeff' : ''
    await writeFile(`${target}.${process.pid}.tmp`, mark + state.text)
    await rename(`${target}.${process.pid}.tmp`, target)
    count += 1
  }
  return count
}

const withText = (tree: Tree, path: string, text: string): Tree => ({
  list: (roots) => tree.list(roots),
  async read(paths) {
    const found = await tree.read(paths)
    if (paths.includes(path)) found.set(path, new TextEncoder().encode(text))
    return found
  },
})
