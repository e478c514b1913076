import {
  defaultConfig,
  goldenPathsOf,
  isBelow,
  isPromptPath,
  parseConfig,
  parseGoldenSet,
  parseOptionsOf,
  parsePrompt,
  parseTape,
  tapePathOf,
  type Config,
  type Finding,
  type GoldenSet,
  type ParsedPrompt,
  type PromptFile,
  type TapeLine,
} from '@assay/core'

export const configPath = 'assay.yaml'

export type Golden = { path: string; set: GoldenSet | null; findings: Finding[] }
export type Tape = { path: string; lines: TapeLine[]; findings: Finding[] }

/** One prompt file and what belongs to it. `prompt` is null while the file cannot be read. */
export type PromptEntry = {
  path: string
  text: string
  parsed: ParsedPrompt
  prompt: PromptFile | null
  /** null: there is no golden set. */
  golden: Golden | null
  tape: Tape | null
}

type Read = (path: string) => string | undefined
type Remembered = { config: Config; salt: string; reads: Map<string, string | undefined>; value: unknown }

/**
 * The prompts, golden sets and tapes of one folder, from texts alone: what is on the disk, with open documents over it.
 * Each part is parsed again only when a text that it was made from has changed.
 */
export class FolderRegistry {
  readonly #disk = new Map<string, string>()
  readonly #open = new Map<string, string>()
  readonly #wanted = new Set<string>()
  readonly #memo = new Map<string, Remembered>()
  #config: { text: string | undefined; config: Config; findings: Finding[] } | undefined

  /** The text of a file on the disk; undefined when it is gone. True when that changed anything. */
  setDisk(path: string, text: string | undefined): boolean {
    return change(this.#disk, path, text)
  }

  /** The text of an open document, which wins over the disk. */
  setOpen(path: string, text: string | undefined): boolean {
    return change(this.#open, path, text)
  }

  text(path: string): string | undefined {
    return this.#open.get(path) ?? this.#disk.get(path)
  }

  diskPaths(): string[] {
    return [...this.#disk.keys()]
  }

  get config(): Config {
    return this.#readConfig().config
  }

  /** What is wrong with assay.yaml; then the defaults are in use. */
  get configFindings(): Finding[] {
    return this.#readConfig().findings
  }

  /** Folders that hold prompts, golden sets and tapes. */
  roots(): string[] {
    const { prompts, golden, tapes } = this.config
    // A pattern counts from the last folder before its first special character.
    const folders = prompts.map((entry) => (/[*?{[]/.test(entry) ? entry.replace(/[^/]*[*?{[].*$/s, '') : entry))
    return [...new Set([...folders, golden, tapes])]
  }

  /** True for a file that this registry reads. */
  has(path: string): boolean {
    return path === configPath || this.#disk.has(path) || this.#wanted.has(path) || this.#isBelowRoot(path)
  }

  /** Files that were asked for and are in no folder of the registry: schemas and texts of cases. */
  takeWanted(): string[] {
    return [...this.#wanted].filter((path) => !this.#disk.has(path))
  }

  promptPaths(): string[] {
    const { config } = this
    return [...new Set([...this.#disk.keys(), ...this.#open.keys()])]
      .filter((path) => isPromptPath(path, config))
      .sort()
  }

  entry(path: string): PromptEntry | undefined {
    const text = this.text(path)
    if (text === undefined || !isPromptPath(path, this.config)) return undefined
    const parsed = this.#remember(`prompt:${path}`, '', (read) => this.#parse(path, read(path) ?? '', read))
    const prompt = parsed.ok ? parsed.prompt : null
    return {
      path,
      text,
      parsed,
      prompt,
      golden: prompt && this.#golden(prompt),
      tape: prompt && this.#tape(prompt.name),
    }
  }

  entries(): PromptEntry[] {
    return this.promptPaths().flatMap((path) => this.entry(path) ?? [])
  }

  /** Another text of a prompt file, parsed under the same settings: a base version, or a text being fixed. */
  parse(path: string, text: string): ParsedPrompt {
    return this.#parse(path, text, (file) => this.text(file))
  }

  #golden(prompt: PromptFile): Golden | null {
    const salt = JSON.stringify([prompt.name, prompt.evals, prompt.inputs, prompt.outputSchema !== undefined])
    return this.#remember(`golden:${prompt.path}`, salt, (read): Golden | null => {
      for (const path of goldenPathsOf(prompt, this.config)) {
        const text = read(path)
        if (text === undefined) continue
        const { assertions } = prompt.evals
        return {
          path,
          ...parseGoldenSet(path, text, {
            name: prompt.name,
            readFile: read,
            assertions,
            inputs: prompt.inputs,
            outputSchema: prompt.outputSchema !== undefined,
          }),
        }
      }
      return null
    })
  }

  #tape(name: string): Tape | null {
    const path = tapePathOf(name, this.config)
    return this.#remember(`tape:${path}`, '', (read): Tape | null => {
      const text = read(path)
      return text === undefined ? null : { path, ...parseTape(path, text) }
    })
  }

  #parse(path: string, text: string, read: Read): ParsedPrompt {
    return parsePrompt(path, text, parseOptionsOf(path, this.config, read))
  }

  #remember<T>(key: string, salt: string, compute: (read: Read) => T): T {
    const { config } = this
    const known = this.#memo.get(key)
    const isFresh =
      known?.config === config &&
      known.salt === salt &&
      [...known.reads].every(([path, text]) => this.text(path) === text)
    if (isFresh) return known.value as T
    const reads = new Map<string, string | undefined>()
    const value = compute((path) => {
      const text = this.text(path)
      reads.set(path, text)
      if (text === undefined && !this.#isBelowRoot(path)) this.#wanted.add(path)
      return text
    })
    this.#memo.set(key, { config, salt, reads, value })
    return value
  }

  #isBelowRoot(path: string): boolean {
    return this.roots().some((root) => isBelow(path, root))
  }

  #readConfig(): { config: Config; findings: Finding[] } {
    const text = this.text(configPath)
    if (this.#config && this.#config.text === text) return this.#config
    const parsed = text === undefined ? null : parseConfig(configPath, text)
    this.#config = {
      text,
      config: parsed?.ok ? parsed.config : defaultConfig,
      findings: parsed?.findings ?? [],
    }
    return this.#config
  }
}

function change(texts: Map<string, string>, path: string, text: string | undefined): boolean {
  if (texts.get(path) === text) return false
  if (text === undefined) texts.delete(path)
  else texts.set(path, text)
  return true
}
