import { availableParallelism, loadavg } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildExtension } from '../../extension/esbuild.mjs'
import { decideVsCodeTests } from './vscode/chromium.ts'
import { render } from './vscode/results.ts'
import { runHost, type HostOptions } from './vscode/run-host.ts'
import { setup } from './vscode/setup.ts'
import { takeTurn } from './vscode/turn.ts'
import { sampleRepository } from './sample-repository.ts'

const decision = decideVsCodeTests()
if (!decision.run) console.log(decision.message)

test.runIf(!decision.run)('VS Code tests are skipped only where there is no Chromium, never in CI', () => {
  expect(decision).toMatchObject({ failed: false })
})

describe.runIf(decision.run)('in a real VS Code', () => {
  let repository: Awaited<ReturnType<typeof sampleRepository>>
  let endTurn = () => {}
  beforeAll(async () => {
    endTurn = await takeTurn()
    setup(() => {})
    await buildExtension()
    repository = await sampleRepository()
  }, 600_000)
  afterAll(() => {
    endTurn()
    repository?.remove()
  })

  const activationMs: number[] = []
  /** What went wrong in a run; nothing when all passed. */
  const failures = async (o: HostOptions): Promise<string> => {
    const { exitCode, tests, log } = await runHost(o)
    activationMs.push(...[...log.matchAll(/activation took ([\d.]+) ms/g)].map((match) => Number(match[1])))
    if (exitCode === 0) return ''
    return tests.length > 0 ? render(tests) : log.slice(-3000)
  }

  test('desktop host, in a git repository', async () => {
    expect(await failures({ kind: 'node', workspace: repository.path })).toBe('')
  }, 120_000)

  test('web worker, from the browser entry', async () => {
    expect(await failures({ kind: 'web' })).toBe('')
  }, 120_000)

  test('Restricted Mode', async () => {
    expect(await failures({ kind: 'restricted' })).toBe('')
  }, 120_000)

  test('activating takes under 30 ms, because nothing is read in it', () => {
    expect(activationMs).toHaveLength(3)
    // The quickest of three, with room where the processors are busy with something else: the clock counts that as well.
    const isBusy = loadavg()[0]! > availableParallelism()
    expect(Math.min(...activationMs)).toBeLessThan(isBusy ? 150 : 30)
  })
})
