import semver from 'semver'
import { compareFields } from '../diff/fields.ts'
import { needsOf } from '../diff/prompt-diff.ts'
import type { FieldChange } from '../diff/prompt-diff.ts'
import type { ModelRef, PromptFile } from '../registry/prompt-file.ts'

export type Level = 'major' | 'minor' | 'patch' | 'none'

/** How high the new version must be. `reason` names what asks for the level: `termination_date removed`. */
export type Bump = {
  level: Level
  reason: string
  /** The lowest legal version; base's own when nothing needs a new one. */
  needs: string
  /** The changes that ask for the level. */
  fields: FieldChange[]
}

export type BumpOptions = {
  /** The pins that a model's alias serves today, the first one first; the catalogue knows them. */
  pinsOf?: (model: ModelRef) => readonly string[]
}

/** The least bump from base to head, by the table of REGISTRY 7. */
export function bumpOf(base: PromptFile, head: PromptFile, o: BumpOptions = {}): Bump {
  const all = compareFields(base, head).filter(({ meaning }) => meaning !== 'note')
  const fields = all.map((field) =>
    field.pointer === '/model' && isPinnedNow(base, head, o) ? { ...field, meaning: 'limit' as const } : field,
  )
  const level = needsOf(fields)
  const wanted = { major: 'breaking', minor: 'behaviour', patch: 'limit', none: 'note' }[level]
  const deciding = fields.filter(({ meaning }) => meaning === wanted)
  return { level, reason: reasonOf(deciding), needs: lowest(base.version, level), fields: deciding }
}

/** An alias replaced by what it serves today asks the same weights: nothing changes but that it cannot move any more. */
function isPinnedNow(base: PromptFile, head: PromptFile, o: BumpOptions): boolean {
  const sameProvider = base.model.provider === head.model.provider
  return sameProvider && o.pinsOf?.(base.model)[0] === head.model.id
}

/** The fields in a few words, `system, user and model`; not the same word twice. */
export function reasonOf(fields: readonly Pick<FieldChange, 'words'>[]): string {
  const words = [...new Set(fields.map((field) => field.words))]
  if (words.length > 4) return `${words.slice(0, 3).join(', ')} and ${words.length - 3} more`
  const last = words.pop()
  return words.length === 0 ? (last ?? '') : `${words.join(', ')} and ${last}`
}

function lowest(version: string, level: Level): string {
  if (level === 'none' || !semver.valid(version)) return version
  const step = semver.major(version) > 0 ? level : level === 'major' ? 'minor' : 'patch'
  // From 2.1.0-rc.1 a patch is 2.1.0: the version that the pre-release announced.
  return semver.inc(version, step) ?? version
}

/** True when `version` is at least as high as the bump asks; a pre-release of a high enough version will do. */
export function isHighEnough(version: string, base: string, needs: string): boolean {
  const [head, wanted] = [semver.parse(version), semver.parse(needs)]
  return head !== null && wanted !== null && semver.gt(version, base) && head.compareMain(wanted) >= 0
}
