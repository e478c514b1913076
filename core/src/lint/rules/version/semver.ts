import { setScalar } from '../../../registry/edit.ts'
import { semverPattern } from '../../../registry/prompt-shape.ts'
import { defineRule } from '../../rule.ts'

export const versionSemver = defineRule({
  meta: {
    id: 'version/semver',
    severity: 'error',
    summary: 'Versions are MAJOR.MINOR.PATCH without build metadata.',
    fixable: true,
    on: 'prompt',
  },
  check({ prompt, text, report }) {
    const places = [
      { pointer: '/version', version: prompt.version },
      ...prompt.changelog.map(({ version }, index) => ({ pointer: `/changelog/${index}/version`, version })),
    ]
    for (const { pointer, version } of places) {
      const span = prompt.spans[pointer]
      if (!span || semverPattern.test(version) || version === '') continue
      // An unquoted number is the matter of registry/schema, whose fix quotes it first.
      if (/^\d+(\.\d+)?$/.test(text.slice(span.start, span.end))) continue
      const mended = mend(version)
      report(span, {
        message: `"${version}" is not a version: expected MAJOR.MINOR.PATCH, for example ${mended?.version ?? '2.1.0'}.`,
        fixes: mended
          ? [{ title: `Write ${mended.version}`, safe: mended.safe, edits: [setScalar(text, span, mended.version)] }]
          : [],
      })
    }
  },
})

/** Missing parts are zeros; cutting off a prefix or build metadata is only offered. */
function mend(version: string): { version: string; safe: boolean } | null {
  if (/^(0|[1-9]\d*)(\.(0|[1-9]\d*))?$/.test(version)) {
    return { version: version.includes('.') ? `${version}.0` : `${version}.0.0`, safe: true }
  }
  const bare = version.trim().replace(/^v/i, '').replace(/\+.*$/, '')
  return semverPattern.test(bare) ? { version: bare, safe: false } : null
}
