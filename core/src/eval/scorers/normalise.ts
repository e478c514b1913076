import type { Json } from '../../text/json.ts'

const normalisers: Record<string, (text: string) => string> = {
  trim: (text) => text.trim(),
  whitespace: (text) => text.replace(/\p{White_Space}+/gu, ' '),
  // No locale: a Turkish machine must judge like any other.
  case: (text) => text.normalize('NFC').toLowerCase(),
}

/** Names of the text normalisers. */
export const normaliserNames: readonly string[] = Object.keys(normalisers)

/** Applies normalisers from left to right. Unknown names are refused before a run, so they are left out here. */
export const normalise = (text: string, names: readonly string[]): string =>
  names.reduce((value, name) => normalisers[name]?.(value) ?? value, text)

/** An option that names one normaliser or a list of them. */
export const normList = (option: Json | undefined): string[] =>
  (Array.isArray(option) ? option : option === undefined || option === null ? [] : [option]).map(String)

/** The first name that is no normaliser, as a sentence, or null. `extra` are names that only some scorers know. */
export function normProblem(option: Json | undefined, extra: readonly string[] = []): string | null {
  const legal = [...normaliserNames, ...extra]
  const unknown = normList(option).find((name) => !legal.includes(name))
  return unknown === undefined ? null : `unknown normaliser "${unknown}"; known: ${legal.join(', ')}`
}
