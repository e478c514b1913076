import { findSecret } from '../../../text/secrets.ts'
import { defineFileRule } from '../../rule.ts'

/** More than this in one file is a dump of keys; the first ones say it all. */
const mostShown = 20
// A name that ends in key, secret, token or password, and a value with letters and digits in one run.
const assigned = /(?:key|secret|token|passwd|password)["']?[ \t]{0,9}[:=][ \t]{0,9}["']?([A-Za-z0-9+/_=.~-]{20,})/gi
const leastBits = 3.5

export const securitySecret = defineFileRule({
  meta: {
    id: 'security/secret',
    severity: 'error',
    summary: 'No file that Assay reads holds a key, a token or a password.',
    fixable: false,
    on: 'file',
  },
  check({ text, report }) {
    const shapes = shapesIn(text, 0, mostShown)
    for (const { kind, start, end, shown } of shapes) {
      report(
        { start, end },
        { message: `This looks like ${article(kind)} ${kind} (${shown}). ${advice}`, data: { kind } },
      )
    }
    for (const match of text.matchAll(assigned)) {
      const value = match[1]!
      const start = match.index + match[0].lastIndexOf(value)
      const end = start + value.length
      if (!looksRandom(value) || shapes.some((shape) => shape.start < end && start < shape.end)) continue
      const message = `This looks like a secret (${value.length} characters). ${advice}`
      report({ start, end }, { message, data: { kind: 'secret' } })
    }
  },
})

const advice = 'Revoke it; removing the line is not enough.'
const article = (kind: string): string => (/^[AEO]/.test(kind) ? 'an' : 'a')

type Shape = { kind: string; start: number; end: number; shown: string }

/** The finder gives one shape; what is before and after it is looked at again. */
function shapesIn(text: string, offset: number, most: number): Shape[] {
  const found = most > 0 ? findSecret(text) : null
  if (!found) return []
  const start = offset + found.start
  const end = start + found.length
  const before = shapesIn(text.slice(0, found.start), offset, most - 1)
  const after = shapesIn(text.slice(found.start + found.length), end, most - 1 - before.length)
  return [...before, { kind: found.kind, start, end, shown: found.shown }, ...after]
}

/** Words joined by dashes are no secret: letters and digits are mixed, and the next character is hard to guess. */
function looksRandom(value: string): boolean {
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false
  const counts = new Map<string, number>()
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length)
  return bits >= leastBits
}
