import { expect, test } from 'vitest'
import { decideVsCodeTests } from './chromium.ts'
import { lockFor } from './lock.ts'
import { decode, encode, render } from './results.ts'

test('without a Chromium the VS Code tests are skipped, in CI they fail', () => {
  expect(decideVsCodeTests('/usr/bin/chromium', 'false')).toEqual({ run: true })
  expect(decideVsCodeTests(null, 'false')).toEqual({
    run: false,
    failed: false,
    message: 'VS Code tests skipped: no Chromium',
  })
  expect(decideVsCodeTests(null, 'true')).toMatchObject({ run: false, failed: true })
})

test('a lock is cut to some packages and all they depend on, nested versions first', () => {
  const locked = {
    'node_modules/a': { version: '1.0.0', dependencies: { b: '1' } },
    'node_modules/a/node_modules/b': { version: '1.0.0', dependencies: { c: '1' } },
    'node_modules/b': { version: '2.0.0' },
    'node_modules/c': { version: '1.0.0', optionalDependencies: { gone: '1' } },
    'node_modules/unused': { version: '1.0.0' },
  }
  expect(Object.keys(lockFor(['a'], locked))).toEqual([
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/c',
  ])
  expect(() => lockFor(['d'], locked)).toThrow('"node_modules/d"')
})

test('results are found between the lines of the workbench log', () => {
  const failed = { name: 'lens opens', state: 'failed', error: 'one\ntwo' } as const
  const log = `noise\n[info] ${encode(failed)}\nassay-test {broken\n${encode({ name: 'b', state: 'passed', ms: 3 })}\n`
  expect(decode(log)).toEqual([failed, { name: 'b', state: 'passed', ms: 3 }])
  expect(render(decode(log))).toMatch(/FAIL lens opens\n +one\n +two\n +ok +b \(3 ms\)\n1 passed, 1 failed, 0 skipped/)
})
