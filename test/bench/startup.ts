import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeDemoRepository } from '../demo-repository.ts'

// `npm run bench:startup`: `assay check` on the sample registry, cold process, built command, as a ratio to `node -e 0` in
// the same run. Medians; memory is the peak of the process.
const root = new URL('../..', import.meta.url).pathname
const main = join(root, 'core/dist/cli/main.js')
const rounds = Number(process.argv[2] ?? 15)

if (!existsSync(main)) throw new Error('The command is not built: npm run build -w core')
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'))
try {
  await makeDemoRepository(folder, { swap: false })
  const empty: number[] = []
  const check: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    empty.push(time(['-e', '0']))
    check.push(time([main, 'check', '--base', 'main', '--format', 'json']))
  }
  const [a, b] = [median(empty), median(check)]
  process.stdout.write(
    `node -e 0     ${a.toFixed(0)} ms\nassay check   ${b.toFixed(0)} ms, ${(b / a).toFixed(1)} times\npeak memory   ${(peakKiB() / 1024).toFixed(0)} MiB\n`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function time(args: string[]): number {
  const started = performance.now()
  const { status } = spawnSync(process.execPath, args, { cwd: folder })
  if (status === 2 || status === null) throw new Error(`node ${args.join(' ')} ended with ${status}`)
  return performance.now() - started
}

function median(values: number[]): number {
  return values.toSorted((x, y) => x - y)[Math.floor(values.length / 2)]!
}

// The process says its own peak as it ends.
function peakKiB(): number {
  const say = `process.on('exit',()=>process.stderr.write('peak='+process.resourceUsage().maxRSS+'\\n'))`
  const { stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(say)}`, main, 'check'],
    { cwd: folder, encoding: 'utf8' },
  )
  return Number(/peak=(\d+)/.exec(stderr)?.[1])
}
