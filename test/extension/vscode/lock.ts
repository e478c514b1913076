/** An entry under `packages` of a package-lock.json or npm-shrinkwrap.json. */
interface Locked {
  version: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/**
 * The part of a lock that some packages need, with all they depend on. So `npm ci` installs these few in the locked
 * versions, checks their hashes, and leaves the rest out.
 */
export function lockFor(names: string[], locked: Record<string, Locked>): Record<string, Locked> {
  const kept: Record<string, Locked> = {}
  const keys = names.map((name) => `node_modules/${name}`)
  for (const key of keys) {
    if (key in kept) continue
    const entry = locked[key]
    if (!entry) throw new Error(`"${key}" is not in VS Code's shrinkwrap any more; look at the lists in pins.ts`)
    kept[key] = entry
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      const found = resolve(key, name, locked)
      if (found) keys.push(found)
    }
  }
  return kept
}

/** Where Node would find a package when `from` imports it: nested first, then further up. */
function resolve(from: string, name: string, locked: Record<string, Locked>): string | null {
  for (let at = from; ;) {
    const nested = `${at}/node_modules/${name}`
    if (nested in locked) return nested
    const up = at.lastIndexOf('/node_modules/')
    if (up === -1) break
    at = at.slice(0, up)
  }
  const top = `node_modules/${name}`
  return top in locked ? top : null
}
