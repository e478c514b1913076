import Mocha from 'mocha'
import { encode, type HostTest } from './results.ts'

/** Set by the bundler: a filter on test names, and whether the bundle is for the web worker. */
declare const ASSAY_TEST_GREP: string
declare const ASSAY_TEST_WEB: boolean

/**
 * For `run()` of a test bundle, in the Node host and in the web worker. Suites are passed as imports to be made, because
 * `suite` and `test` exist only from here on:
 *
 *     export const run = () => runSuites(() => import('./lens.ts'), () => import('./fix.ts'))
 *
 * Rejects when a test failed and when none ran; VS Code turns that into its exit code.
 */
export async function runSuites(...suites: (() => Promise<unknown>)[]): Promise<void> {
  // VS Code picks the host itself, without a word; a run in the wrong one would prove nothing.
  const isNode = Boolean(globalThis.process?.versions?.node)
  if (isNode === ASSAY_TEST_WEB) throw new Error(`the tests run in the ${isNode ? 'Node host' : 'web worker'}`)
  const mocha = new Mocha({
    ui: 'tdd',
    timeout: 20_000,
    reporter: Mocha.reporters.Base,
    grep: ASSAY_TEST_GREP || undefined,
  })
  mocha.suite.emit('pre-require', globalThis, '', mocha)
  for (const load of suites) await load()

  const tests: HostTest[] = []
  const keep = (test: HostTest) => {
    tests.push(test)
    console.log(encode(test))
  }
  await new Promise<void>((done) => {
    mocha
      .run(() => done())
      .on('pass', (test) => keep({ name: test.fullTitle(), state: 'passed', ms: test.duration }))
      .on('fail', (test, error) =>
        keep({ name: test.fullTitle(), state: 'failed', error: error.stack ?? error.message }),
      )
      .on('pending', (test) => keep({ name: test.fullTitle(), state: 'skipped' }))
  })
  if (tests.some(({ state }) => state === 'failed')) throw new Error('tests failed')
  if (!tests.some(({ state }) => state === 'passed')) throw new Error('no test ran')
}
