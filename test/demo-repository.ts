import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const root = new URL('..', import.meta.url).pathname

/** Files of the sample registry, and the changed ones that lie over them as a pull request would bring them. */
export const samples = {
  registry: join(root, 'prompts'),
  config: join(root, 'assay.yaml'),
  changed: join(root, 'test/fixtures/demo/prompts'),
}

/**
 * A git repository made from the sample registry in `folder`: branch `main` holds the base, the work tree on branch
 * `change` the changed prompts, both with the same tapes. `swap` exchanges the two.
 */
export async function makeDemoRepository(folder: string, o: { swap: boolean }): Promise<void> {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: environment() })
  await mkdir(folder, { recursive: true })
  git('init', '--quiet', '--initial-branch=main')
  await cp(samples.registry, join(folder, 'prompts'), { recursive: true })
  await writeFile(join(folder, 'assay.yaml'), await readFile(samples.config))
  if (o.swap) await cp(samples.changed, join(folder, 'prompts'), { recursive: true })
  git('add', '.')
  git('commit', '--quiet', '--message', 'The registry')
  git('checkout', '--quiet', '-b', 'change')
  await cp(o.swap ? samples.registry : samples.changed, join(folder, 'prompts'), { recursive: true })
  if (o.swap) await revert(join(folder, 'prompts', path), join(samples.changed, path))
}

/** The prompt that the demo's change is about. */
const path = 'v2/contract_extraction.yaml'

// Going back is a version of its own: a revert goes up too, and the history stays.
async function revert(file: string, changed: string): Promise<void> {
  const [text] = (await readFile(file, 'utf8')).split('changelog:\n')
  const [, history] = (await readFile(changed, 'utf8')).split('changelog:\n')
  const entry = '  - version: "2.3.0"\n    date: "2026-11-25"\n    change: "Went back to the text of 2.1.0"\n'
  await writeFile(file, `${text!.replace(/version: ".*"/, 'version: "2.3.0"')}changelog:\n${entry}${history}`)
}

// The demo must not depend on who is at the keyboard.
const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  GIT_AUTHOR_NAME: 'Assay demo',
  GIT_AUTHOR_EMAIL: 'demo@assay.example',
  GIT_COMMITTER_NAME: 'Assay demo',
  GIT_COMMITTER_EMAIL: 'demo@assay.example',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
})
