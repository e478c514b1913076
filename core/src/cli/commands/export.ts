import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AssayError } from '../../errors.ts'
import { exportGolden } from '../../formats/export-golden.ts'
import type { Loss, TextFile } from '../../formats/format.ts'
import { exportPython } from '../../formats/python.ts'
import { fromRoot } from '../../node/repository.ts'
import type { Snapshot } from '../../node/snapshot.ts'
import { nearest } from '../../registry/did-you-mean.ts'
import { appendText } from '../../registry/edit.ts'
import { readExportHead } from '../../registry/exported.ts'
import type { PromptFile } from '../../registry/prompt-file.ts'
import { readYaml } from '../../registry/yaml.ts'
import { plural } from '../../report/numbers.ts'
import { applyEdits } from '../../text/edit.ts'
import { line } from '../../text/escape.ts'
import { openProject, openSnapshot, type Opened } from '../open.ts'
import type { GlobalOptions, World } from '../world.ts'
import { formatNamed } from './import.ts'

/** `assay export`: prompts in the format of another tool, or as one Python module. */
export async function exportCommand({
  names: [id = '', ...names],
  globals,
  world,
}: {
  names: string[]
  options: object
  globals: GlobalOptions
  world: World
}): Promise<number> {
  if (id === 'runtime') throw new AssayError('usage', 'export runtime is planned, and not there yet.')
  const format = id === 'python' ? null : formatNamed(id, 'export', ['python'])
  const opened = await openProject(globals, world)
  const snapshot = await openSnapshot(opened)
  if (format === null) return pythonModule(names, snapshot, opened, globals, world)
  if (names.length === 0) throw new AssayError('usage', `Name the prompt to export: assay export ${format.id} NAME.`)
  const files: TextFile[] = []
  const losses: Loss[] = []
  for (const name of names) {
    const prompt = highest(name, snapshot)
    const { set, path } = snapshot.goldens.get(prompt.path) ?? { set: null, path: null }
    const golden = set && path !== null ? exportGolden(set, snapshot.texts.get(path) ?? '') : undefined
    const done = format.export(prompt, golden)
    files.push(...done.files)
    losses.push(...done.losses)
  }
  await write(files, globals, world, opened)
  for (const loss of losses) world.err(`lost: ${line(loss.path)}  ${line(loss.message)}\n`)
  return 0
}

/** The highest version of a name. @throws AssayError `usage` when there is none */
function highest(name: string, { prompts }: Snapshot): PromptFile {
  const found = prompts.filter((prompt) => prompt.name === name)
  const [first] = found.toSorted((a, b) => Number.parseInt(b.version, 10) - Number.parseInt(a.version, 10))
  if (first) return first
  const near = nearest(
    name,
    prompts.map((prompt) => prompt.name),
  )
  throw new AssayError(
    'usage',
    `There is no prompt "${name}".`,
    near[0] === undefined ? {} : { hint: `Did you mean "${near[0]}"?` },
  )
}

async function write(files: readonly TextFile[], globals: GlobalOptions, world: World, { cwd }: Opened): Promise<void> {
  if (globals.out === undefined) {
    const [only, ...more] = files
    if (more.length > 0) {
      throw new AssayError('usage', `There are ${files.length} files to write.`, {
        hint: `Pass --out FOLDER; they are ${files.map(({ path }) => path).join(', ')}.`,
      })
    }
    world.out(only?.text ?? '')
    return
  }
  const target = resolve(cwd, globals.out)
  const isFolder =
    files.length > 1 || globals.out.endsWith('/') || (await stat(target).catch(() => null))?.isDirectory()
  for (const file of files) {
    const path = isFolder ? join(target, file.path) : target
    if (isFolder && !path.startsWith(join(target, '/')))
      throw new AssayError('usage', `${file.path} leads out of ${globals.out}.`)
    await writeText(path, file.text)
    world.out(`wrote ${line(isFolder ? join(globals.out, file.path) : globals.out)}\n`)
  }
}

async function writeText(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  } catch (cause) {
    throw new AssayError('io', `Cannot write ${path}: ${(cause as Error).message}`, { cause })
  }
}

async function pythonModule(
  names: readonly string[],
  snapshot: Snapshot,
  opened: Opened,
  globals: GlobalOptions,
  world: World,
): Promise<number> {
  for (const name of names) highest(name, snapshot)
  const chosen = snapshot.prompts.filter((prompt) => names.length === 0 || names.includes(prompt.name))
  const done = exportPython(chosen, names.length === 0 ? null : names)
  for (const { name, why } of done.left) world.err(`left out: ${line(name)}  ${line(why)}\n`)
  if (done.exported.length === 0) throw new AssayError('usage', 'There is no prompt to export.')
  if (globals.out === undefined) {
    world.out(done.text)
    return 0
  }
  const target = resolve(opened.cwd, globals.out)
  const before = await readFile(target, 'utf8').catch(() => null)
  if (before !== null && readExportHead(before) === null) {
    throw new AssayError('usage', `${globals.out} exists and was not written by export python.`, {
      hint: 'Nothing was written. Name another file with --out.',
    })
  }
  await writeText(target, done.text)
  const list = done.exported.map(({ name, version }) => `${name} ${version}`)
  world.out(`wrote ${line(globals.out)}: ${plural(list.length, 'prompt')} (${line(list.join(', '))})\n`)
  const path = fromRoot(opened.repository, opened.cwd, globals.out)
  if (snapshot.config.exports.includes(path)) return 0
  world.out(`${await addExport(path, snapshot, opened)}\n`)
  return 0
}

/** Puts the module's path into `exports` of assay.yaml, so that lint says when it is stale. The words say what was done. */
async function addExport(path: string, snapshot: Snapshot, { repository, configFile }: Opened): Promise<string> {
  if (path.startsWith('../')) return `${line(path)} is outside the repository, so lint cannot say when it is stale.`
  const text = snapshot.texts.get(configFile)
  if (text === undefined)
    return `There is no ${configFile}; with "exports: [${line(path)}]" in it lint says when the module is stale.`
  const read = readYaml(configFile, text)
  const edit = read.ok ? appendText(text, read.spans, 'exports', path) : null
  if (edit === null) return `Add ${line(path)} to exports in ${configFile}, so that lint says when the module is stale.`
  await writeText(join(repository.root, configFile), applyEdits(text, [edit]))
  return `${configFile}: added ${line(path)} to exports; lint says when it is stale.`
}
