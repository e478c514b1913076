import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeDemoRepository } from './demo-repository.ts'
import { verifyRecorded } from './verify-recorded.ts'

// `npm run record:samples`: records the tapes of the sample registry with the model of test/local-model, exactly as a
// user would: `assay record --base main`, with the change of the demo in both directions.
const root = new URL('..', import.meta.url).pathname
const localModel = join(root, 'test/local-model')
const port = 8137

const verify = process.argv.indexOf('--verify')

if (!existsSync(join(localModel, 'node_modules'))) {
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: localModel, stdio: 'inherit' })
}
execFileSync(process.execPath, [join(localModel, 'fetch-model.ts')], { stdio: 'inherit' })
const { startServer } = (await import(join(localModel, 'server.ts'))) as {
  startServer(o: { port: number }): Promise<{ url: string; close(): Promise<void> }>
}
const { model } = (await import(join(localModel, 'model.ts'))) as {
  model: { id: string; fileName: string; sha256: string }
}
const server = await startServer({ port })

try {
  if (verify !== -1) {
    const count = Number(process.argv[verify + 1] ?? 10)
    process.exitCode = (await verifyRecorded(server.url, count)) ? 0 : 1
  } else {
    const ofChange = await recordOnce(false)
    await recordOnce(true)
    writeFileSync(join(root, 'prompts/tapes/RECORDED.md'), page([...(await ratesOf(root)), ...ofChange]))
    process.stdout.write(readFileSync(join(root, 'prompts/tapes/RECORDED.md'), 'utf8'))
  }
} finally {
  await server.close()
}

type Rate = { prompt: string; version: string; passed: number; n: number }

/** Records both sides of the demo's change (or of going back) and gives k/n of what the work tree then holds. */
async function recordOnce(swap: boolean): Promise<Rate[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-record-'))
  try {
    await makeDemoRepository(folder, { swap })
    const refresh = process.argv.includes('--refresh') && !swap ? ['--refresh'] : []
    await run(folder, ['record', '--base', 'main', '--yes', ...refresh])
    await run(folder, ['record', '--yes'])
    cpSync(join(folder, 'prompts/tapes'), join(root, 'prompts/tapes'), { recursive: true })
    return await ratesOf(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** k/n of the first runs of a registry, from its tapes. */
async function ratesOf(folder: string): Promise<Rate[]> {
  const { runs } = JSON.parse(await run(folder, ['eval', '--mode', 'replay', '--format', 'json'])) as {
    runs: { prompt: { name: string; version: string }; totals: { passed: number; failed: number } }[]
  }
  return runs.map(({ prompt, totals }) => ({
    prompt: prompt.name,
    version: prompt.version,
    passed: totals.passed,
    n: totals.passed + totals.failed,
  }))
}

// The server answers from this process, so nothing here may block it.
async function run(cwd: string, args: string[]): Promise<string> {
  const command = ['--conditions=assay-source', join(root, 'core/src/cli/main.ts'), ...args]
  const child = spawn(process.execPath, command, { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  const pieces: Buffer[] = []
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece))
  const [status] = (await once(child, 'close')) as [number | null]
  // 1 and 3 are verdicts; 2 is a fault.
  if (status === 2 || status === null) throw new Error(`assay ${args.join(' ')} ended with ${status}`)
  return Buffer.concat(pieces).toString()
}

type Line = {
  model: string
  fingerprint: string | null
  at: string
  ms: number
  usage: { in: number; out: number } | null
}

function page(rates: readonly Rate[]): string {
  const tapes = ['contract_extraction', 'ticket_triage'].map((name) => {
    const text = readFileSync(join(root, `prompts/tapes/${name}.jsonl`), 'utf8')
    return {
      name,
      lines: text
        .trim()
        .split('\n')
        .map((row) => JSON.parse(row) as Line),
    }
  })
  const all = tapes.flatMap((tape) => tape.lines)
  const seconds = all.reduce((sum, line) => sum + line.ms, 0) / 1000
  const tokens = all.reduce((sum, line) => sum + (line.usage?.out ?? 0), 0)
  const read = all.reduce((sum, line) => sum + (line.usage?.in ?? 0), 0)
  const days = [...new Set(all.map((line) => line.at.slice(0, 10)))].toSorted()
  const seen = new Map(rates.map((rate) => [`${rate.prompt} ${rate.version}`, rate]))
  return [
    '# Who gave these answers',
    '',
    'Written by `npm run record:samples`. `npm run record:samples -- --verify 10` asks ten of them again and compares.',
    '',
    `- model: \`${model.id}\`, file \`${model.fileName}\`, SHA-256 \`${model.sha256}\``,
    `- runtime: ${[...new Set(all.map((line) => line.fingerprint ?? 'unknown'))].join(', ')}`,
    `- recorded: ${days.join(', ')}`,
    `- speed: ${(read / seconds).toFixed(0)} tokens read and ${(tokens / seconds).toFixed(1)} written per second (${all.length} answers in ${seconds.toFixed(0)} s, on two cores that other work shared)`,
    '',
    '| prompt | version | passed (first run) | answers on the tape |',
    '|---|---|---|---|',
    ...[...seen.values()].map(
      (rate) =>
        `| ${rate.prompt} | ${rate.version} | ${rate.passed}/${rate.n} | ${tapes.find((tape) => tape.name === rate.prompt)?.lines.length ?? 0} |`,
    ),
    '',
  ].join('\n')
}
