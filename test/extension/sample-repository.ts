import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { git } from '../stand-ins/git.ts'

const fixtures = join(import.meta.dirname, '../fixtures/extension')

/** The sample registry outside of any repository. */
export const sample = join(fixtures, 'sample')

/**
 * A git repository of the sample registry: branch `main` holds the prompt as it was, branch `change`, which is checked out,
 * has the changed prompt uncommitted in the work tree.
 */
export async function sampleRepository(): Promise<{ path: string; remove(): void }> {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'assay-sample-')))
  const path = join(parent, 'contracts')
  cpSync(sample, path, { recursive: true })
  cpSync(join(fixtures, 'base'), path, { recursive: true })
  await git(path, ['init', '--quiet', '--initial-branch=main'])
  await git(path, ['add', '--all'])
  await git(path, ['commit', '--quiet', '--message', 'The registry'])
  await git(path, ['checkout', '--quiet', '-b', 'change'])
  cpSync(sample, path, { recursive: true })
  return { path, remove: () => rmSync(parent, { recursive: true, force: true, maxRetries: 3 }) }
}
