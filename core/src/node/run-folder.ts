import { appendFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AssayError } from '../errors.ts'
import { lineProblem, type TapeLine } from '../tape/line.ts'
import { formatTape, parseTape } from '../tape/tape-text.ts'
import { memoryTape, type TapeStore } from '../tape/store.ts'
import type { Json } from '../text/json.ts'

/** The folder of one run: `answers/<prompt>.jsonl` as they arrive, `report.json` last. */
export type RunFolder = {
  path: string
  /** Appends a line before anything else happens with the answer: it was paid for. */
  keep(prompt: string, line: TapeLine): Promise<void>
  /** Answers that this folder held already (restored by CI, or of an earlier try). */
  answers(prompt: string): Promise<TapeStore>
  /** All answers of this folder by prompt. */
  all(): Promise<Map<string, TapeLine[]>>
  /** Writes a file whole: to a temporary name, then renamed. */
  write(name: string, text: string): Promise<string>
}

/** Opens (and makes) a run folder. @throws AssayError `io` naming the path. */
export function openRunFolder(path: string): RunFolder {
  const fileOf = (prompt: string) => join(path, 'answers', `${prompt}.jsonl`)
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (cause) {
      throw new AssayError('io', `Cannot write to ${path}: ${(cause as Error).message}`, {
        hint: 'Name another folder with --out.',
        cause,
      })
    }
  }
  return {
    path,
    keep: (prompt, line) =>
      guarded(async () => {
        await mkdir(dirname(fileOf(prompt)), { recursive: true })
        // One write a line, so that a crash tears at most the last one.
        await appendFile(fileOf(prompt), `${JSON.stringify(line)}\n`)
      }),
    answers: async (prompt) => memoryTape(wholeLines(await readFile(fileOf(prompt), 'utf8').catch(() => ''))),
    async all() {
      const folder = join(path, 'answers')
      const names = await readdir(folder, { recursive: true }).catch(() => [] as string[])
      const found = new Map<string, TapeLine[]>()
      for (const name of names.filter((entry) => entry.endsWith('.jsonl')).toSorted()) {
        const lines = wholeLines(await readFile(join(folder, name), 'utf8'))
        found.set(name.slice(0, -'.jsonl'.length).replaceAll('\\', '/'), lines)
      }
      return found
    },
    write: (name, text) =>
      guarded(async () => {
        await mkdir(path, { recursive: true })
        const target = join(path, name)
        const temporary = `${target}.${process.pid}.tmp`
        await writeFile(temporary, text)
        await rename(temporary, target)
        return target
      }),
  }
}

// Lines come from a cache that others can write: each is checked like a committed one, and a torn last line is dropped.
function wholeLines(text: string): TapeLine[] {
  return text.split('\n').flatMap((row) => {
    if (row.trim() === '') return []
    try {
      const value = JSON.parse(row) as Json
      return lineProblem(value) === null ? [value as unknown as TapeLine] : []
    } catch {
      return []
    }
  })
}

/**
 * Brings new lines into a committed tape: unknown members and lines of other requests stay, an equal key is replaced.
 * A damaged line is kept as it stands, because only a person can say what it is worth.
 */
export async function mergeIntoTape(
  file: string,
  fresh: readonly TapeLine[],
): Promise<{ added: number; replaced: number }> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const { lines } = parseTape(file, text)
  const byKey = new Map(lines.map((line) => [line.k, line]))
  let added = 0
  let replaced = 0
  for (const line of fresh) {
    const before = byKey.get(line.k)
    if (before?.h === line.h) continue
    if (before) replaced += 1
    else added += 1
    byKey.set(line.k, line)
  }
  if (added + replaced === 0) return { added, replaced }
  await mkdir(dirname(file), { recursive: true })
  const temporary = `${file}.${process.pid}.tmp`
  await writeFile(temporary, formatTape(byKey.values()) + damagedRows(text))
  await rename(temporary, file)
  return { added, replaced }
}

function damagedRows(text: string): string {
  const damaged = text.split('\n').filter((row) => row.trim() !== '' && wholeLines(row).length === 0)
  return damaged.map((row) => `${row}\n`).join('')
}
