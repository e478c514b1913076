import { AssayError } from '../errors.ts'
import { baseOf } from '../gate/base-of.ts'
import { testChange } from '../gate/test-change.ts'
import type { TestChange } from '../gate/verdict.ts'
import type { GoldenSet } from '../registry/golden.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import type { TapeLine } from '../tape/line.ts'
import type { Snapshot } from './snapshot.ts'

/** One prompt that differs from base, with everything that belongs to it on both sides. */
export type Change = {
  head: PromptFile
  base: PromptFile | null
  changed: ('prompt' | 'test' | 'tape')[]
  golden: { head: GoldenSet | null; base: GoldenSet | null; path: string | null }
  test: TestChange | null
  tapes: { head: readonly TapeLine[]; base: readonly TapeLine[] }
  tape: { added: number; replaced: number; removed: number }
}

/**
 * The prompts whose file, golden set or tape differs from base; without a base all of them.
 * @throws AssayError `usage` for a name that the registry does not have
 */
export function findChanges(
  base: Snapshot | null,
  head: Snapshot,
  renames: ReadonlyMap<string, string>,
  names: readonly string[],
): Change[] {
  const selected = selectPrompts(head, names)
  return selected.flatMap((prompt): Change[] => {
    const found = base && baseOf(prompt, base.prompts, renames)
    const basePrompt = found?.prompt ?? null
    const golden = {
      head: head.goldens.get(prompt.path)?.set ?? null,
      base: basePrompt ? (base!.goldens.get(basePrompt.path)?.set ?? null) : null,
      path: head.goldens.get(prompt.path)?.path ?? null,
    }
    const tapes = {
      head: head.tapes.get(prompt.name)?.lines ?? [],
      base: (basePrompt && base!.tapes.get(basePrompt.name)?.lines) ?? [],
    }
    const test = basePrompt ? testChange(golden.base, golden.head) : null
    const tape = tapeChange(tapes.base, tapes.head)
    const changed: Change['changed'] = []
    if (!basePrompt || base!.texts.get(basePrompt.path) !== head.texts.get(prompt.path)) changed.push('prompt')
    if (test) changed.push('test')
    if (basePrompt && tape.added + tape.replaced + tape.removed > 0) changed.push('tape')
    return changed.length === 0 ? [] : [{ head: prompt, base: basePrompt, changed, golden, test, tapes, tape }]
  })
}

/** The prompts of the given names (all without any). @throws AssayError `usage` with what there is */
export function selectPrompts(snapshot: Snapshot, names: readonly string[]): PromptFile[] {
  if (names.length === 0) return snapshot.prompts
  return names.flatMap((name) => {
    const found = snapshot.prompts.filter((prompt) => prompt.name === name || prompt.path === name)
    if (found.length === 0) {
      const known = [...new Set(snapshot.prompts.map((prompt) => prompt.name))]
      throw new AssayError('usage', `No prompt is named "${name}".`, {
        hint:
          known.length > 0
            ? `This registry has: ${known.slice(0, 20).join(', ')}.`
            : 'No prompt file was found in prompts/.',
      })
    }
    return found
  })
}

function tapeChange(base: readonly TapeLine[], head: readonly TapeLine[]): Change['tape'] {
  const before = new Map(base.map((line) => [line.k, line.h]))
  const after = new Set(head.map((line) => line.k))
  return {
    added: head.filter((line) => !before.has(line.k)).length,
    replaced: head.filter((line) => before.has(line.k) && before.get(line.k) !== line.h).length,
    removed: base.filter((line) => !after.has(line.k)).length,
  }
}
