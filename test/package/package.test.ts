import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { promptText } from '../core/cli/project.ts'

// The package as users get it: packed, installed into an empty repository elsewhere. Installing asks the registry for the
// packages it depends on, so outside CI it runs only when asked for.
const runs = Boolean(process.env['CI'] || process.env['ASSAY_PACKAGE_TEST'])
const root = new URL('../..', import.meta.url).pathname

if (!runs) console.log('Package tests skipped: they install from the registry; set ASSAY_PACKAGE_TEST=1 to run them.')

describe.skipIf(!runs)('the packed package in a foreign repository', () => {
  let folder = ''
  const installed = () => join(folder, 'repo/node_modules')
  const assay = (...args: string[]) =>
    spawnSync(process.execPath, [join(installed(), '@assay/core/dist/cli/main.js'), ...args], {
      cwd: join(folder, 'repo'),
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder },
    })
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: join(folder, 'repo'),
      stdio: 'pipe',
    })

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-package-'))
    execFileSync('npm', ['pack', '-w', 'core', '--pack-destination', folder], { cwd: root, stdio: 'pipe' })
    const packed = readdirSync(folder).find((name) => name.endsWith('.tgz'))!
    mkdirSync(join(folder, 'repo'))
    writeFileSync(join(folder, 'repo/package.json'), '{ "private": true }\n')
    git('init', '--quiet', '--initial-branch=main')
    execFileSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, packed)], {
      cwd: join(folder, 'repo'),
      stdio: 'pipe',
    })
    mkdirSync(join(folder, 'repo/prompts/v1'), { recursive: true })
    writeFileSync(join(folder, 'repo/prompts/v1/day.yaml'), promptText({ model: 'gpt-4o' }))
    writeFileSync(join(folder, 'repo/.gitignore'), 'node_modules\n.assay\n')
    git('add', '.')
    git('commit', '--quiet', '-m', 'first')
  }, 180_000)

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('is under 40 MB installed', () => {
    const size = (path: string): number =>
      readdirSync(path, { withFileTypes: true }).reduce((sum, entry) => {
        const child = join(path, entry.name)
        return sum + (entry.isDirectory() ? size(child) : entry.isFile() ? statSync(child).size : 0)
      }, 0)
    expect(size(installed()) / 1e6).toBeLessThan(40)
  })

  test('lints and fixes', () => {
    const linted = assay('lint')
    expect(linted.stdout).toContain('model/unpinned')
    expect(linted.status).toBe(1)
    expect(assay('lint', '--fix').status).toBe(0)
  })

  test('checks against the base', () => {
    const checked = assay('check', '--base', 'main')
    expect(checked.stderr).toBe('')
    // The fix of the test before changed the model without a new version.
    expect(checked.stdout).toContain('version/bump-required')
    expect(checked.status).toBe(1)
  })

  test('offers its library entries', () => {
    const code = `import { parsePrompt } from '@assay/core'; import { check } from '@assay/core/node'; console.log(typeof parsePrompt, typeof check)`
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: join(folder, 'repo'),
      encoding: 'utf8',
    })
    expect(ran.stderr).toBe('')
    expect(ran.stdout.trim()).toBe('function function')
  })

  test('says in one sentence what an older Node cannot run', () => {
    const fake = `Object.defineProperty(process.versions, 'node', { value: '20.19.2' })`
    const main = join(installed(), '@assay/core/dist/cli/main.js')
    const ran = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(fake)}`, main, 'lint'],
      { cwd: join(folder, 'repo'), encoding: 'utf8' },
    )
    expect(ran.stderr).toBe('Assay needs Node 22.12 or newer; this is 20.19.2.\n')
    expect(ran.status).toBe(2)
  })
})
