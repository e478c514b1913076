import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { corpus } from './lint-corpus.ts'

// `npm run bench:lint`: 10,000 prompt files, all different, linted cold from disk, against `parseDocument` of the yaml package
// alone on the same texts. Every round starts new processes: lint first and then yaml, and the other way round, so that
// neither profits from what the other has warmed up. Medians. Then one long prompt, warm.
const root = new URL('../..', import.meta.url).pathname
const rounds = Number(process.argv[2] ?? 5)
const count = Number(process.argv[3] ?? 10_000)
const limit = { ratio: 1.5, memoryMiB: 400, warmMs: 1 }

type Round = { lintMs: number; readMs: number; yamlMs: number; findings: number; peakMiB: number; warmMs: number }

const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'))
try {
  const files = corpus(count)
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const bytes = files.reduce((sum, { text }) => sum + text.length, 0)
  const lines = files.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0)
  const first: Round[] = []
  const second: Round[] = []
  const command: { ms: number; peakMiB: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    first.push(run('lint-first'))
    second.push(run('yaml-first'))
    command.push(runCommand())
  }
  const cold = median(first.map(({ lintMs }) => lintMs))
  const alone = median(second.map(({ yamlMs }) => yamlMs))
  const same = median(second.map(({ lintMs, yamlMs }) => lintMs / yamlMs))
  const peak = median(command.map(({ peakMiB }) => peakMiB))
  const warm = median(first.map(({ warmMs }) => warmMs))
  const say = (label: string, value: string): boolean => process.stdout.write(`${label.padEnd(46)}${value}\n`)
  say('prompt files', `${count}, ${(lines / count).toFixed(0)} lines and ${(bytes / count).toFixed(0)} bytes each`)
  say('parseDocument of yaml alone, cold', `${alone.toFixed(0)} ms`)
  say(
    'read, parse and lint, cold',
    `${cold.toFixed(0)} ms (reading ${median(first.map(({ readMs }) => readMs)).toFixed(0)})`,
  )
  say('ratio, each first in its process', judged(cold / alone, limit.ratio, 2))
  say('ratio in one process, yaml first', judged(same, limit.ratio, 2))
  say(
    'assay lint, whole command',
    `${median(command.map(({ ms }) => ms)).toFixed(0)} ms, ${first[0]!.findings} findings`,
  )
  say('peak memory of assay lint, MiB', judged(peak, limit.memoryMiB, 0))
  say('one 200-line prompt parsed and linted warm, ms', judged(warm, limit.warmMs, 3))
  const missed = cold / alone > limit.ratio || same > limit.ratio || peak > limit.memoryMiB || warm > limit.warmMs
  process.exitCode = missed ? 1 : 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function judged(value: number, most: number, digits: number): string {
  return `${value.toFixed(digits)} (at most ${most}${value > most ? ': missed' : ''})`
}

function run(order: 'lint-first' | 'yaml-first'): Round {
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    ['--conditions=assay-source', join(root, 'test/bench/lint-round.ts'), folder, order, String(count)],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as Round
}

/** The command as people run it; the process says its own peak as it ends. */
function runCommand(): { ms: number; peakMiB: number } {
  const say = `process.on('exit',()=>process.stderr.write('peak='+process.resourceUsage().maxRSS+'\\n'))`
  const main = join(root, 'core/src/cli/main.ts')
  const started = performance.now()
  const { stderr, status } = spawnSync(
    process.execPath,
    [
      '--conditions=assay-source',
      '--import',
      `data:text/javascript,${encodeURIComponent(say)}`,
      main,
      'lint',
      '--quiet',
    ],
    { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 },
  )
  const ms = performance.now() - started
  if (status !== 0) throw new Error(`assay lint ended with ${status}: ${stderr}`)
  return { ms, peakMiB: Number(/peak=(\d+)/.exec(stderr)?.[1]) / 1024 }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
