import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AssayError } from '../errors.ts'
import type { GlobalOptions, World } from './world.ts'

/** Whether to colour: `--color`, then NO_COLOR and FORCE_COLOR, then the terminal. */
export function wantsColor(globals: GlobalOptions, world: World): boolean {
  if (globals.out !== undefined || globals.format !== 'text') return false
  if (globals.color !== 'auto') return globals.color === 'always'
  if (world.env['NO_COLOR']) return false
  return world.env['FORCE_COLOR'] ? world.env['FORCE_COLOR'] !== '0' : world.isTerminal
}

/** Writes the report to stdout, or to `--out`. @throws AssayError `io` */
export async function emit(text: string, globals: GlobalOptions, world: World): Promise<void> {
  if (globals.out === undefined) {
    world.out(text)
    return
  }
  const path = resolve(world.cwd, globals.out)
  await writeFile(path, text).catch((cause: Error) => {
    throw new AssayError('io', `Cannot write ${path}: ${cause.message}`, { cause })
  })
  world.err(`Report written to ${globals.out}\n`)
}

/** A value as the JSON document that `--format json` prints. */
export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** Today in UTC, or what `--today` says. */
export const todayOf = (globals: GlobalOptions, world: World): string =>
  globals.today ?? new Date(world.now()).toISOString().slice(0, 10)

/** A line of progress on stderr, only on a terminal; the next one overwrites it. */
export function progress(world: World): { show(text: string): void; end(): void } {
  if (!world.errIsTerminal) return { show: () => {}, end: () => {} }
  return {
    show: (text) => world.err(`\r\u001b[2K${text.slice(0, Math.max(20, world.columns - 1))}`),
    end: () => world.err('\r\u001b[2K'),
  }
}
