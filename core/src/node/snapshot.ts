import { AssayError } from '../errors.ts'
import { makeFinding, type Finding } from '../findings.ts'
import { configError, defaultConfig, parseConfig, type Config } from '../registry/config.ts'
import { doubleFormat, parseGoldenSet, type GoldenSet } from '../registry/golden.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import { goldenPathsOf, isPromptPath, loadRegistry, tapePathOf } from '../registry/registry.ts'
import type { TapeLine } from '../tape/line.ts'
import { parseTape } from '../tape/tape-text.ts'
import { decodeText } from '../text/decode.ts'
import { lineIndex } from '../text/span.ts'
import { isBelow, type Tree, type TreeFile } from '../text/tree.ts'

export const configPath = 'assay.yaml'

/** Everything Assay reads of one commit or work tree, as data. */
export type Snapshot = {
  config: Config
  /** false: no assay.yaml, defaults are in use. */
  hasConfig: boolean
  prompts: PromptFile[]
  /** All texts read, by path. */
  texts: Map<string, string>
  /** Findings of prompt files and of files that could not be read. */
  findings: Finding[]
  goldens: Map<string, { set: GoldenSet | null; path: string | null; findings: Finding[] }>
  tapes: Map<string, { lines: TapeLine[]; path: string; text: string; findings: Finding[] }>
}

const maxTapeBytes = 64 * 1024 * 1024

/**
 * Reads a registry from a tree: config, prompts, golden sets with the files they name, tapes.
 * @param known bytes by blob id, so that a file equal on both sides is read once.
 * @param parsed golden sets and tapes by what they were made from, so that an unchanged one is parsed once.
 * @throws AssayError `config` when assay.yaml is broken: nothing can be judged by half a rule book.
 */
export async function readSnapshot(
  tree: Tree,
  o: { configFile?: string; known?: Map<string, Uint8Array>; parsed?: ParsedFiles } = {},
): Promise<Snapshot> {
  const reader = makeReader(tree, o.known ?? new Map())
  const parsed = o.parsed ?? noParsedFiles()
  const file = o.configFile ?? configPath
  await reader.load(await tree.list([file]), 1_048_576)
  const configText = reader.texts.get(file)
  const config = configText === undefined ? defaultConfig : readConfig(file, configText)

  const folders = [...config.prompts.map((glob) => glob.replace(/[*?[{].*$/, '')), config.golden, config.tapes]
  const files = await tree.list([...new Set(folders)])
  await reader.load(
    files.filter((entry) => !isBelow(entry.path, config.tapes)),
    config.lint.max_file_bytes,
  )
  await reader.load(
    files.filter((entry) => isBelow(entry.path, config.tapes) && entry.path.endsWith('.jsonl')),
    maxTapeBytes,
  )
  // An exported module is as large as its registry.
  if (config.exports.length > 0) await reader.load(await tree.list(config.exports), maxTapeBytes)

  const promptTexts = new Map([...reader.texts].filter(([path]) => isPromptPath(path, config)))
  const registry = await reader.withFiles((readFile) =>
    withPlainEnv(() => loadRegistry(promptTexts, config, { readFile })),
  )
  const snapshot: Snapshot = {
    config,
    hasConfig: configText !== undefined,
    prompts: registry.prompts,
    texts: reader.texts,
    findings: [...registry.findings, ...reader.findings.filter(({ path }) => !isBelow(path, config.tapes))],
    goldens: new Map(),
    tapes: new Map(),
  }
  for (const prompt of registry.prompts) {
    snapshot.goldens.set(prompt.path, await readGolden(prompt, config, reader, parsed))
    if (!snapshot.tapes.has(prompt.name))
      snapshot.tapes.set(prompt.name, readTape(tapePathOf(prompt.name, config), reader, parsed))
  }
  return snapshot
}

function readConfig(path: string, text: string): Config {
  const parsed = parseConfig(path, text)
  const problem = parsed.findings.find((finding) => finding.severity === 'error')
  if (parsed.ok && !problem) return parsed.config
  const at = problem ?? parsed.findings[0]
  throw new AssayError('config', at ? configError(at) : `${path} cannot be read.`, {
    hint: 'Nothing was checked. Fix the file and run again.',
    ...(at ? { place: { path, line: at.line, column: at.column } } : {}),
  })
}

/** Golden sets by path, what they are read for and text; tapes by path and text. */
export type ParsedFiles = {
  sets: Map<string, ReturnType<typeof parseGoldenSet>>
  tapes: Map<string, ReturnType<typeof parseTape>>
}

export const noParsedFiles = (): ParsedFiles => ({ sets: new Map(), tapes: new Map() })

async function readGolden(
  prompt: PromptFile,
  config: Config,
  reader: Reader,
  known: ParsedFiles,
): Promise<{ set: GoldenSet | null; path: string | null; findings: Finding[] }> {
  const candidates = goldenPathsOf(prompt, config)
  if (prompt.evals.golden !== undefined) await reader.loadPaths(candidates)
  const present = candidates.filter((candidate) => reader.texts.has(candidate))
  const path = present[0] ?? null
  if (path === null) return { set: null, path, findings: reader.refused(candidates) }
  const text = reader.texts.get(path)!
  const about = {
    name: prompt.name,
    assertions: prompt.evals.assertions,
    inputs: prompt.inputs,
    outputSchema: prompt.outputSchema !== undefined,
  }
  // A set that includes other files depends on their texts too.
  const key = text.includes('$file') ? null : JSON.stringify([path, about, text])
  const parsed =
    (key === null ? undefined : known.sets.get(key)) ??
    (await reader.withFiles((readFile) => parseGoldenSet(path, text, { ...about, readFile })))
  if (key !== null) known.sets.set(key, parsed)
  return { ...parsed, path, findings: [...parsed.findings, ...doubleFormat(prompt.name, present)] }
}

function readTape(
  path: string,
  reader: Reader,
  known: ParsedFiles,
): { lines: TapeLine[]; path: string; text: string; findings: Finding[] } {
  const text = reader.texts.get(path) ?? ''
  const parsed = known.tapes.get(`${path}\n${text}`) ?? parseTape(path, text)
  known.tapes.set(`${path}\n${text}`, parsed)
  return { path, text, lines: parsed.lines, findings: [...reader.refused([path]), ...parsed.findings] }
}

type Reader = {
  texts: Map<string, string>
  findings: Finding[]
  /** The findings of files that could not be read. */
  refused(paths: readonly string[]): Finding[]
  load(files: readonly TreeFile[], maxBytes: number): Promise<void>
  loadPaths(paths: readonly string[]): Promise<void>
  /** Runs `parse` again until every file that it asked for is there. */
  withFiles<T>(parse: (readFile: (path: string) => string | undefined) => T): Promise<T>
}

function makeReader(tree: Tree, known: Map<string, Uint8Array>): Reader {
  const texts = new Map<string, string>()
  const findings: Finding[] = []
  const refusals = new Map<string, Finding>()
  const seen = new Set<string>()
  const refuse = (path: string, message: string) => {
    const parts = { rule: 'registry/schema', severity: 'error' as const, message, path, span: { start: 0, end: 0 } }
    const finding = makeFinding(parts, lineIndex(''))
    findings.push(finding)
    refusals.set(path, finding)
  }
  const take = (path: string, bytes: Uint8Array) => {
    const decoded = decodeText(bytes)
    if (decoded.ok) texts.set(path, decoded.text)
    else refuse(path, decoded.problem)
  }
  const reader: Reader = {
    texts,
    findings,
    refused: (paths) => paths.flatMap((path) => refusals.get(path) ?? []),
    async load(files, maxBytes) {
      const wanted: TreeFile[] = []
      for (const file of files) {
        if (seen.has(file.path)) continue
        seen.add(file.path)
        const same = file.id === null ? undefined : known.get(file.id)
        if (file.kind !== 'file')
          refuse(
            file.path,
            `${file.path} is a ${file.kind === 'symlink' ? 'symbolic link' : 'submodule'}; Assay reads regular files only.`,
          )
        else if (file.size > maxBytes)
          refuse(file.path, `File is ${mebibytes(file.size)}; the limit is ${mebibytes(maxBytes)}.`)
        else if (same) take(file.path, same)
        else wanted.push(file)
      }
      const contents = await tree.read(wanted.map((file) => file.path))
      for (const file of wanted) {
        const bytes = contents.get(file.path)
        if (!bytes) continue
        if (file.id !== null) known.set(file.id, bytes)
        take(file.path, bytes)
      }
    },
    async loadPaths(paths) {
      const missing = paths.filter((path) => !seen.has(path))
      if (missing.length > 0) await reader.load(await tree.list(missing), 1_048_576)
    },
    async withFiles(parse) {
      for (;;) {
        const asked = new Set<string>()
        const result = parse((path) => {
          if (!texts.has(path) && !seen.has(path)) asked.add(path)
          return texts.get(path)
        })
        if (asked.size === 0) return result
        await reader.loadPaths([...asked])
        for (const path of asked) seen.add(path)
      }
    },
  }
  return reader
}

/**
 * Runs something synchronous with a copy of the environment in place. The yaml package looks for its debug variables in
 * `process.env` at each token, and each look asks the system: a quarter of all parsing in a large registry.
 */
function withPlainEnv<T>(work: () => T): T {
  const { env } = process
  process.env = { ...env }
  try {
    return work()
  } finally {
    process.env = env
  }
}

const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`
