import type { Catalog } from '../catalog/catalog.ts'
import { sortFindings, type Finding } from '../findings.ts'
import { codeHardcodedPrompt } from '../lint/rules/code/hardcoded-prompt.ts'
import { codeUnpinnedModel } from '../lint/rules/code/unpinned-model.ts'
import { lintSource } from '../lint/lint-source.ts'
import { isSourcePath } from '../lint/source-scan.ts'
import type { Config } from '../registry/config.ts'
import { matchesGlob } from '../registry/glob.ts'
import { decodeText } from '../text/decode.ts'
import { isBelow, type Tree } from '../text/tree.ts'

/** What a scan of source code found; `texts` of the files with findings. */
export type Scanned = { findings: Finding[]; texts: Map<string, string>; files: number }

const maxBytes = 1_048_576
const atOnce = 64

const isGlob = (pattern: string): boolean => /[*?[{]/.test(pattern)

const rules = [codeUnpinnedModel, codeHardcodedPrompt]

/** Scans Python, TypeScript and JavaScript below `folders` (folders, files or globs), without what `code.exclude` names. */
export async function scanCode(
  tree: Tree,
  config: Config,
  catalog: Catalog,
  o: { folders: readonly string[]; today: string },
): Promise<Scanned> {
  const scanned: Scanned = { findings: [], texts: new Map(), files: 0 }
  if (o.folders.length === 0) return scanned
  const roots = [
    ...new Set(o.folders.map((folder) => (isGlob(folder) ? folder.replace(/[^/]*[*?[{].*$/, '') : folder))),
  ]
  const isWanted = (path: string) =>
    o.folders.some((folder) => (isGlob(folder) ? matchesGlob(path, folder) : isBelow(path, folder))) &&
    !config.code.exclude.some((pattern) => matchesGlob(path, pattern))
  const files = (await tree.list(roots)).filter(
    ({ path, kind, size }) => kind === 'file' && size <= maxBytes && isSourcePath(path) && isWanted(path),
  )
  // A batch at a time: what is kept are findings, not texts.
  for (let at = 0; at < files.length; at += atOnce) {
    const batch = files.slice(at, at + atOnce).map(({ path }) => path)
    for (const [path, bytes] of await tree.read(batch)) {
      const decoded = decodeText(bytes)
      if (!decoded.ok) continue
      scanned.files += 1
      const findings = lintSource(path, decoded.text, { rules, catalog, config, today: o.today })
      if (findings.length === 0) continue
      scanned.texts.set(path, decoded.text)
      scanned.findings.push(...findings)
    }
  }
  return { ...scanned, findings: sortFindings(scanned.findings) }
}
