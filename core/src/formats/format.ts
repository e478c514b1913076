import type { Finding } from '../findings.ts'
import type { GoldenSet } from '../registry/golden.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import type { JsonObject } from '../text/json.ts'

/** What a format could not keep, in one line, with its place in the file that was read. */
export type Loss = { path: string; line: number; message: string }

export type TextFile = { path: string; text: string }

export type ImportOptions = {
  /** The registry name to give; several prompts of one file get `_1`, `_2`. Default: what the file says, else its own name. */
  name?: string
  /** `YYYY-MM-DD`, the date of the changelog entry. */
  today: string
  /** Ids of the scorers that exist: an assertion of any other is kept under `x-import`. */
  scorers: readonly string[]
  /** Default `prompts/`. */
  promptsFolder?: string
  /** Default `prompts/golden`. */
  goldenFolder?: string
  /** Reads a file beside the imported one (texts, CSV, JSON; from the root of the repository); nothing is ever run. */
  readFile?: (path: string) => string | undefined
}

/** What an import writes, as data. */
export type Imported =
  | { ok: true; files: TextFile[]; golden?: TextFile; losses: Loss[]; names: string[] }
  | { ok: false; findings: Finding[] }

export type ExportedFiles = { files: TextFile[]; losses: Loss[] }

/** The set with the `x-*` keys of its file, which the parsed set does not carry. */
export type ExportGolden = { set: GoldenSet; extra: JsonObject; cases: JsonObject[]; defaults: JsonObject }

/** One format: a file that exports one of these, and a line in `index.ts`. */
export type Format = {
  id: string
  /** As `This looks like …` names a file of it. */
  title(text: string): string
  /** True when a file is surely of this format. */
  looksLike(path: string, text: string): boolean
  import(path: string, text: string, o: ImportOptions): Imported
  export(prompt: PromptFile, golden?: ExportGolden): ExportedFiles
}
