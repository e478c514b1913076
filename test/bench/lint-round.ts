import { builtinCatalog } from '../../core/src/catalog/catalog.ts'
import { lintSnapshot } from '../../core/src/node/lint-registry.ts'
import { readSnapshot } from '../../core/src/node/snapshot.ts'
import { workTree } from '../../core/src/node/work-tree.ts'
import { lintPrompts } from '../../core/src/lint/lint.ts'
import { defaultConfig } from '../../core/src/registry/config.ts'
import { parsePrompt } from '../../core/src/registry/parse.ts'
import { parseDocument } from 'yaml'
import { corpus, longPrompt } from './lint-corpus.ts'

// One round of the lint bench in a process of its own; prints its figures as JSON.
const [folder, order, count] = process.argv.slice(2) as [string, string, string]
const today = '2026-11-23'

type Took = { ms: number; cpuMs: number }

const took = async (work: () => unknown): Promise<Took> => {
  const [started, cpu] = [performance.now(), process.threadCpuUsage()]
  await work()
  const { user, system } = process.threadCpuUsage(cpu)
  return { ms: performance.now() - started, cpuMs: (user + system) / 1000 }
}

const texts = corpus(Number(count)).map(({ text }) => text)
const yaml = (): void => {
  for (const text of texts) parseDocument(text)
}

let findings = 0
const lint = async (): Promise<void> => {
  const snapshot = await readSnapshot(workTree(folder))
  const o = { rules: snapshot.config, catalog: builtinCatalog, today, baseLabel: null }
  findings = lintSnapshot(snapshot, snapshot.prompts, o).length
}

const before = order === 'yaml-first' ? await took(yaml) : null
const linted = await took(lint)
const parsed = before ?? (await took(yaml))
process.stdout.write(JSON.stringify({ linted, parsed, findings, warmMs: warm() }))

/** The median of some hundred. */
function warm(): number {
  const { path, text } = longPrompt(200)
  const times: number[] = []
  for (let round = 0; round < 1000; round += 1) {
    const started = performance.now()
    const parsed = parsePrompt(path, text)
    lintPrompts([{ path, text, parsed }], { config: defaultConfig, catalog: builtinCatalog, today })
    times.push(performance.now() - started)
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!
}
