import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { FolderRegistry } from '../../../extension/src/folder-registry.ts'
import { sample } from '../sample-repository.ts'

export const contract = 'prompts/v2/contract_extraction.yaml'

/** The sample registry as the editor holds it, without an editor. */
export function sampleRegistry(): FolderRegistry {
  const registry = new FolderRegistry()
  for (const entry of readdirSync(sample, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    registry.setDisk(file.slice(sample.length + 1).replaceAll('\\', '/'), readFileSync(file, 'utf8'))
  }
  return registry
}

/** The text of the prompt with its model pinned: the one that the tape answers. */
export const pinnedText = (registry: FolderRegistry): string =>
  registry.text(contract)!.replace('model: gpt-5.4-mini\n', 'model: gpt-5.4-mini-2026-03-17\n')
