import semver from 'semver'

/** True for a SemVer version; build metadata is `version/semver`'s matter. */
export const isVersion = (version: string): boolean => semver.valid(version) !== null

/** True when both are versions and the first is the higher one. */
export const isNewer = (version: string, than: string): boolean => {
  const [left, right] = [semver.parse(version), semver.parse(than)]
  return left !== null && right !== null && left.compare(right) > 0
}

/** The major number; null for what is no version. */
export const majorOf = (version: string): number | null => semver.parse(version)?.major ?? null

/** The next patch of a version. */
export const nextPatch = (version: string): string => semver.inc(version, 'patch') ?? version

/** Which number is the first to differ, in words: `major`. */
export const stepBetween = (base: string, version: string): string =>
  semver.diff(base, version)?.replace(/^pre(?=major|minor|patch)/, '') ?? 'higher'

/** For sorting newest first; both must be versions. */
export const newestFirst = (a: string, b: string): number => semver.rcompare(a, b)
