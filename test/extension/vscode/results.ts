/** What a test inside VS Code came to, as it travels out over the console. */
export interface HostTest {
  name: string
  state: 'passed' | 'failed' | 'skipped'
  ms?: number
  error?: string
}

const mark = 'assay-test '

/** The console of every extension host reaches the outside, a file does not: the web worker has no disk. */
export const encode = (test: HostTest): string => mark + JSON.stringify(test)

/** The tests that a log holds, between the lines of VS Code's own. */
export function decode(log: string): HostTest[] {
  return log.split('\n').flatMap((line) => {
    const at = line.indexOf(mark)
    if (at === -1) return []
    try {
      return [JSON.parse(line.slice(at + mark.length)) as HostTest]
    } catch {
      return []
    }
  })
}

/** As text, one line a test, and the counts. */
export function render(tests: HostTest[]): string {
  const word = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' }
  const lines = tests.map(({ name, state, ms, error }) => {
    const time = ms === undefined ? '' : ` (${ms} ms)`
    return `  ${word[state]} ${name}${time}${error ? `\n${error.replace(/^/gm, '       ')}` : ''}`
  })
  const count = (state: HostTest['state']) => tests.filter((test) => test.state === state).length
  return [...lines, `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`].join('\n')
}
