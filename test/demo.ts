import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeDemoRepository } from './demo-repository.ts'

// `npm run demo`: the main job on real recorded answers. Nothing here knows the result: change an expected value in
// prompts/golden and the counts change.
const root = new URL('..', import.meta.url).pathname
const swap = process.argv.includes('--swap')
const folder = mkdtempSync(join(tmpdir(), 'assay-demo-'))

try {
  await makeDemoRepository(folder, { swap })
  const check = (format: string) =>
    spawnSync(
      process.execPath,
      [
        '--conditions=assay-source',
        join(root, 'core/src/cli/main.ts'),
        'check',
        '--base',
        'main',
        '--format',
        format,
        '--color',
        process.stdout.isTTY ? 'always' : 'never',
      ],
      {
        cwd: folder,
        encoding: 'utf8',
        // No key: the answers come from the tape.
        env: { PATH: process.env['PATH'], HOME: folder },
      },
    )

  const files = execFileSync('git', ['diff', '--name-only', 'main'], { cwd: folder, encoding: 'utf8' })
    .trim()
    .split('\n')
  say(`A pull request changes ${files.join(', ')}${swap ? ' back (--swap)' : ''}.`)
  say(recordedLine())
  say('$ assay check --base main\n')
  const text = check('text')
  process.stdout.write(text.stdout + text.stderr)
  say(`\nexit code ${text.status}\n`)

  const markdown = check('markdown').stdout
  say('The pull-request comment (Markdown):\n')
  process.stdout.write(markdown)
  const target = join(root, '.assay', `demo${swap ? '-swap' : ''}.md`)
  execFileSync('mkdir', ['-p', join(root, '.assay')])
  writeFileSync(target, markdown)
  say(
    `\nWritten to .assay/demo${swap ? '-swap' : ''}.md. ${swap ? 'npm run demo shows' : 'npm run demo -- --swap shows'} the same change the other way round.`,
  )
  process.exitCode = text.status === 2 ? 2 : 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

// Which model gave the answers, and when: from the tape itself.
function recordedLine(): string {
  const lines = readFileSync(join(root, 'prompts/tapes/contract_extraction.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((row) => JSON.parse(row) as { model: string; at: string; by: string })
  const models = [
    ...new Set(lines.map((line) => line.model.replace(/@sha256:([0-9a-f]{12})[0-9a-f]+$/, '@sha256:$1…'))),
  ]
  const days = [...new Set(lines.map((line) => line.at.slice(0, 10)))].toSorted()
  return `Its ${lines.length} recorded answers were given by ${models.join(', ')} on ${days.join(' and ')}; no key and no network are needed.`
}
