import { describe, expect, test } from 'vitest'
import { formatMarker, isNewer, parseMarker, type Marker } from '../../action/src/marker.ts'

const marker: Marker = {
  id: 'default',
  head: 'a'.repeat(40),
  run: '7315',
  attempt: '1',
  verdict: 'pass',
  digest: '5d0c3e91a7b2f468',
}
const line = formatMarker(marker)

describe('the marker of the comment', () => {
  test('is read back from the last line that is not blank', () => {
    expect(line).toBe(
      `<!-- assay:comment v1 id=default head=${'a'.repeat(40)} run=7315.1 verdict=pass digest=5d0c3e91a7b2f468 -->`,
    )
    expect(parseMarker(`words\n${line}\r\n\n`)).toEqual(marker)
    expect(parseMarker(`${line}\nwords`)).toBeNull()
    expect(parseMarker(`> ${line}`)).toBeNull()
    expect(parseMarker('')).toBeNull()
  })

  test('may hold keys that this version does not know', () => {
    expect(parseMarker(line.replace(' digest', ' plan=a/b digest'))).toEqual(marker)
  })

  test('of a later version belongs to somebody else', () => {
    expect(parseMarker(line.replace('v1', 'v2'))).toEqual({ id: 'default', version: '2' })
  })

  test.each(['id=default', 'id=a b', 'id=<x>', 'run=1', 'id=default run=1.x'])(
    'that breaks the grammar is none: %s',
    (pairs) => {
      expect(parseMarker(`<!-- assay:comment v1 ${pairs} -->`)).toBeNull()
    },
  )

  test('is newer by run and attempt as whole numbers, for the same head only', () => {
    const at = (run: string, attempt = '1', head = marker.head) => ({ ...marker, run, attempt, head })
    expect(isNewer(at('10'), at('9'))).toBe(true)
    expect(isNewer(at('9'), at('10'))).toBe(false)
    expect(isNewer(at('9', '10'), at('9', '9'))).toBe(true)
    expect(isNewer(at('9'), at('9'))).toBe(false)
    expect(isNewer(at('90071992547409931'), at('90071992547409930'))).toBe(true)
    expect(isNewer(at('10', '1', 'b'.repeat(40)), at('9'))).toBe(false)
  })
})
