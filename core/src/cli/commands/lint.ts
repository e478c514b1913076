import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AssayError } from '../../errors.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { countFindings, sortFindings, type Finding, type Severity } from '../../findings.ts'
import { baseOf } from '../../gate/base-of.ts'
import { fixText } from '../../lint/fix.ts'
import { withSeverities, type ModelFacts } from '../../lint/lint.ts'
import { scanCode, type Scanned } from '../../node/code-scan.ts'
import { prepareLimits } from '../../node/lint-limits.ts'
import { lintSnapshot } from '../../node/lint-registry.ts'
import { findBase, fromRoot } from '../../node/repository.ts'
import { readSnapshot, type Snapshot } from '../../node/snapshot.ts'
import { tapeFactors } from '../../node/tape-factor.ts'
import type { PromptFile } from '../../registry/prompt-file.ts'
import { findingsSummary, findingsText } from '../../report/findings-text.ts'
import { plural } from '../../report/numbers.ts'
import { packageVersion } from '../../text/command.ts'
import { isBelow, type Tree } from '../../text/tree.ts'
import { catalogOf, noConfigLine, openProject, openSnapshot, type Opened } from '../open.ts'
import { emit, json, wantsColor } from '../output.ts'
import type { GlobalOptions, World } from '../world.ts'
import { lintReports, overRules } from './lint-report.ts'

type Options = {
  fix?: boolean
  base?: string
  code?: string[]
  rule: [string, Severity | 'off'][]
  maxWarnings?: number
}

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
  const moved = (await base?.renames) ?? new Map()
  const paths = names.map((name) => fromRoot(opened.repository, opened.cwd, name))
  const catalog = await catalogOf(snapshot.config, opened)
  const facts = await prepareLimits(snapshot.prompts, catalog, snapshot.config, {
    goldens: snapshot.goldens,
    factorOf: tapeFactors(snapshot, snapshot.config, opened.today),
    today: opened.today,
  })
  const rules = overRules(snapshot.config, options.rule)
  const lintOnce = (of: Snapshot) =>
    findingsOf(
      { ...of, config: overRules(of.config, options.rule) },
      paths,
      baseSnapshot,
      moved,
      options.base ?? null,
      opened,
      { catalog, facts },
    )
  let fixed = 0
  if (options.fix) {
    fixed = await fixFiles(snapshot, lintOnce, opened)
    if (fixed > 0) snapshot = await openSnapshot(opened)
  }
  const folders = options.code?.map((name) => fromRoot(opened.repository, opened.cwd, name))
  const scanned = await scanCode(opened.repository.tree, rules, catalog, {
    today: opened.today,
    // A lint of some prompts is not asked about code.
    folders: folders ?? (paths.length > 0 ? [] : snapshot.config.code.include),
  })
  const registered = withSeverities(lintOnce(snapshot), rules)
  const findings = sortFindings([...registered, ...scanned.findings])
  const counts = countFindings(findings)
  const texts = new Map([...snapshot.texts, ...scanned.texts])
  const perFile = rules.lint.max_findings_per_file
  const render = lintReports[globals.format]
  if (render) {
    const prompts = snapshot.prompts
      .map(({ path }) => path)
      .filter((path) => paths.length === 0 || paths.some((wanted) => isBelow(path, wanted)))
    await emit(render({ findings, texts, paths: prompts, catalogAsOf: catalog.asOf, perFile }), globals, world)
  } else if (globals.format === 'json') {
    await emit(
      json({ format: 1, tool: `Assay ${packageVersion}`, catalog_as_of: catalog.asOf, findings, counts }),
      globals,
      world,
    )
  } else {
    const body = findingsText(findings, texts, { color: wantsColor(globals, world), perFile })
    const summary =
      snapshot.prompts.length === 0
        ? nothingFound(snapshot)
        : findingsSummary(registered, snapshot.prompts.length, catalog.asOf)
    const code = scanned.files > 0 ? `${codeWords(scanned)}\n` : ''
    const mended = fixed > 0 ? `Fixed ${fixed} ${fixed === 1 ? 'file' : 'files'}.\n` : ''
    const report = globals.quiet
      ? `${summary}\n`
      : `${noConfigLine(snapshot)}${mended}${body}${body ? '\n\n' : ''}${summary}\n${code}`
    await emit(report, globals, world)
  }
  const isOver = options.maxWarnings !== undefined && counts.warning > options.maxWarnings
  return counts.error > 0 || isOver ? 1 : 0
}

function codeWords({ files, findings }: Scanned): string {
  const { error, warning, info } = countFindings(findings)
  const parts = [
    error > 0 ? plural(error, 'error') : '',
    warning > 0 ? plural(warning, 'warning') : '',
    info > 0 ? plural(info, 'note') : '',
  ].filter(Boolean)
  return `${parts.length > 0 ? parts.join(', ') : 'no findings'} in ${plural(files, 'file')} of code`
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
  known: { catalog: Catalog; facts: ModelFacts },
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
    ...known,
    today: opened.today,
    baseLabel: base ? baseLabel : null,
    configFile: opened.configFile,
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
