import semver from 'semver'
import type { SemVer } from 'semver'
import type { ChangelogEntry } from '../registry/prompt-file.ts'

const empty = new Set([
  'update',
  'updates',
  'updated',
  'fix',
  'fixes',
  'fixed',
  'change',
  'changes',
  'minor changes',
  'small fixes',
  'wip',
  'misc',
  'tweak',
  'tweaks',
  'bump',
  'bump version',
  'version bump',
  'todo',
  'tbd',
  'n/a',
])

/** True for a text that says what changed: two words with letters, or four CJK letters, and no stock phrase. */
export function isMeaningful(change: string, isFirst: boolean): boolean {
  const text = change.trim().replace(/[\s.!…]+$/u, '')
  if (isFirst && text.toLowerCase() === 'first version') return true
  if (empty.has(text.toLowerCase())) return false
  if ((text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu) ?? []).length >= 4)
    return true
  return text.split(/\s+/u).length >= 2 && /\p{L}{3}/u.test(text)
}

/** Whole days from one `YYYY-MM-DD` to another, in UTC. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)

/** True for a day that exists, written `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/.test(text)) return false
  // Only after the 28th does the month matter; the 30th of February is read as the 2nd of March.
  const day = Number(text.slice(8))
  return day <= 28 || new Date(text).getUTCDate() === day
}

/** A problem with the entry at `index`. */
export type EntryProblem = { index: number; message: string }

/** Entries that stand above a newer one, or say a version twice. */
export function orderProblems(entries: readonly ChangelogEntry[]): EntryProblem[] {
  const problems: EntryProblem[] = []
  const seen = new Set<string>()
  let above: { entry: ChangelogEntry; version: SemVer } | null = null
  for (const [index, entry] of entries.entries()) {
    const version = semver.parse(entry.version)
    if (!version) continue
    if (seen.has(entry.version)) problems.push({ index, message: `Entry ${entry.version} appears twice.` })
    else if (above && version.compare(above.version) > 0) {
      problems.push({
        index: entries.indexOf(above.entry),
        message: `Entry ${above.entry.version} stands above ${entry.version}; newest comes first.`,
      })
    }
    seen.add(entry.version)
    above = { entry, version }
  }
  return problems
}

/** Dates that do not exist, lie in the future, or are newer than the entry above. */
export function dateProblems(entries: readonly ChangelogEntry[], today: string): EntryProblem[] {
  return entries.flatMap((entry, index): EntryProblem[] => {
    // An entry that the parser has reported stands here without members.
    if (entry.date === '') return []
    if (!isDate(entry.date)) return [{ index, message: `"${entry.date}" is not a date.` }]
    // Tomorrow is today somewhere.
    if (daysBetween(today, entry.date) > 1)
      return [{ index, message: `Entry ${entry.version} is dated ${entry.date}, in the future.` }]
    const above = entries[index - 1]
    if (!above || !isDate(above.date) || above.date >= entry.date) return []
    return [
      {
        index,
        message: `Entry ${entry.version} is dated ${entry.date}, after ${above.version} above it (${above.date}).`,
      },
    ]
  })
}

/** What head did to the entries that base has: `index` is head's entry, or null when it is gone. */
export type HistoryProblem = { index: number | null; base: ChangelogEntry; baseIndex: number }

/** Entries of base that head changed or lost. Author, pull request, type and eval may be added later. */
export function historyProblems(base: readonly ChangelogEntry[], head: readonly ChangelogEntry[]): HistoryProblem[] {
  const byVersion = new Map(head.map((entry, index) => [entry.version, { entry, index }]))
  return base.flatMap((entry, baseIndex): HistoryProblem[] => {
    const now = byVersion.get(entry.version)
    if (!now) return [{ index: null, base: entry, baseIndex }]
    return now.entry.date === entry.date && now.entry.change === entry.change
      ? []
      : [{ index: now.index, base: entry, baseIndex }]
  })
}
