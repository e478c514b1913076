import { lstatSync, readFileSync, realpathSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { AssayError } from '../../errors.ts'
import { scorers } from '../../eval/scorers/index.ts'
import type { Finding } from '../../findings.ts'
import type { Format, Loss, TextFile } from '../../formats/format.ts'
import { formats, formatsOf, plannedFormats } from '../../formats/index.ts'
import { fromRoot } from '../../node/repository.ts'
import type { Config } from '../../registry/config.ts'
import { nearest } from '../../registry/did-you-mean.ts'
import { folder } from '../../registry/paths.ts'
import { isPromptPath } from '../../registry/registry.ts'
import { findingsText } from '../../report/findings-text.ts'
import { command } from '../../text/command.ts'
import { decodeText } from '../../text/decode.ts'
import { line, visible } from '../../text/escape.ts'
import { openProject, openSnapshot, type Opened } from '../open.ts'
import { wantsColor } from '../output.ts'
import type { GlobalOptions, World } from '../world.ts'

type Options = { name?: string; dryRun?: boolean }
type Plan = { files: TextFile[]; losses: Loss[]; findings: Finding[]; texts: Map<string, string> }

const maxBytes = 1_048_576

/** `assay import`: prompts of another tool as prompt files. Nothing is overwritten and nothing of a file is run. */
export async function importCommand({
  names: [id = '', ...names],
  options,
  globals,
  world,
}: {
  names: string[]
  options: Options
  globals: GlobalOptions
  world: World
}): Promise<number> {
  const format = formatNamed(id, 'import')
  if (names.length === 0) throw new AssayError('usage', `Name the file to import: assay import ${format.id} FILE.`)
  const opened = await openProject(globals, world)
  const { config } = await openSnapshot(opened)
  const plan = planImport(format, names, options, globals.out, opened, config)
  if (plan.findings.length > 0) {
    world.out(
      `${findingsText(plan.findings, plan.texts, { color: wantsColor(globals, world) })}\n\nNothing was written.\n`,
    )
    return 2
  }
  refuseExisting(plan.files, opened.repository.root)
  for (const { path, text } of plan.files) {
    world.out(`${options.dryRun ? 'would write' : 'wrote'} ${line(path)}\n`)
    if (options.dryRun) world.out(`${visible(text).replace(/^(?=.)/gm, '  ')}\n`)
    else await writeNew(join(opened.repository.root, path), text)
  }
  for (const loss of plan.losses) world.out(`lost: ${line(loss.path)}:${loss.line}  ${line(loss.message)}\n`)
  const written = plan.files.map(({ path }) => path).filter((path) => isPromptPath(path, config))
  if (options.dryRun || written.length === 0) return 0
  // What the import brought is shown; an alias of a model is no reason to call the import failed.
  const { lint } = await import('./lint.ts')
  const { out: _out, ...rest } = globals
  world.out('\n')
  await lint({
    names: written.map((path) => join(opened.repository.root, path)),
    options: { rule: [] },
    globals: { ...rest, format: 'text' },
    world,
  })
  return 0
}

/** The format of an id. @throws AssayError `usage` for one that is planned or unknown */
export function formatNamed(id: string, verb: 'import' | 'export', more: readonly string[] = []): Format {
  const format = formats.find((each) => each.id === id)
  if (format) return format
  const known = [...formats.map((each) => each.id), ...more]
  if (plannedFormats.includes(id)) {
    throw new AssayError('usage', `${verb} ${id} is planned, and not there yet.`, {
      hint: `There are: ${known.join(', ')}.`,
    })
  }
  const near = nearest(id, known)
  const hint = near.length > 0 ? `Did you mean "${near[0]}"?` : `There are: ${known.join(', ')}.`
  throw new AssayError('usage', `There is no format "${id}".`, { hint })
}

function planImport(
  format: Format,
  names: readonly string[],
  options: Options,
  out: string | undefined,
  opened: Opened,
  config: Config,
): Plan {
  const { repository, cwd, today } = opened
  const plan: Plan = { files: [], losses: [], findings: [], texts: new Map() }
  for (const [index, name] of names.entries()) {
    const path = fromRoot(repository, cwd, name)
    const text = readText(resolve(cwd, name), name)
    plan.texts.set(path, text)
    refuseOther(format, path, text)
    const done = format.import(path, text, {
      today,
      scorers: scorers.map((scorer) => scorer.id),
      promptsFolder: folder((config.prompts[0] ?? 'prompts/').replace(/[*?[{].*$/, '')),
      goldenFolder: config.golden,
      readFile: (beside) => readBeside(repository.root, beside),
      ...(options.name === undefined
        ? {}
        : { name: names.length === 1 ? options.name : `${options.name}_${index + 1}` }),
    })
    if (!done.ok) {
      plan.findings.push(...done.findings)
      continue
    }
    plan.files.push(...moved(done.files, out, opened), ...(done.golden ? [done.golden] : []))
    plan.losses.push(...done.losses)
  }
  return plan
}

/** `--out`: the file for one prompt, else the folder for all; golden sets stay where they belong. */
function moved(files: TextFile[], out: string | undefined, { repository, cwd }: Opened): TextFile[] {
  if (out === undefined) return files
  const target = fromRoot(repository, cwd, out)
  if (target.startsWith('../')) throw new AssayError('usage', `--out ${out} is outside the repository.`)
  if (/\.ya?ml$/.test(target) && files.length === 1) return [{ ...files[0]!, path: target }]
  return files.map((file) => ({ ...file, path: `${target}/${file.path.slice(file.path.lastIndexOf('/') + 1)}` }))
}

function refuseOther(format: Format, path: string, text: string): void {
  if (format.looksLike(path, text)) return
  const [other] = formatsOf(path, text)
  if (!other) return
  const use = command(`import ${other.id} ${path}`)
  throw new AssayError('usage', `This looks like ${other.title(text)}; use "${use}".`)
}

function refuseExisting(files: readonly TextFile[], root: string): void {
  const seen = new Set<string>()
  for (const { path } of files) {
    const exists = lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined
    if (exists || seen.has(path)) {
      throw new AssayError('usage', `${path} ${exists ? 'exists' : 'would be written twice'}; use --name.`, {
        hint: 'Nothing was written.',
      })
    }
    seen.add(path)
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text, { flag: 'wx' })
  } catch (cause) {
    throw new AssayError('io', `Cannot write ${path}: ${(cause as Error).message}`, { cause })
  }
}

function readText(path: string, name: string): string {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new AssayError(
      'usage',
      `Cannot read ${name}: ${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'}.`,
      { cause },
    )
  }
  if (bytes.length > maxBytes) throw new AssayError('usage', `${name} is over 1 MiB.`)
  const decoded = decodeText(bytes)
  if (!decoded.ok) throw new AssayError('usage', `${name}: ${decoded.problem}`)
  return decoded.text
}

/** A file beside the imported one: a regular file inside the repository, or nothing. */
function readBeside(root: string, path: string): string | undefined {
  try {
    const real = realpathSync(join(root, path))
    if (real !== join(realpathSync(root), path) || lstatSync(real).size > maxBytes) return undefined
    const decoded = decodeText(readFileSync(real))
    return decoded.ok ? decoded.text : undefined
  } catch {
    return undefined
  }
}
