import type { Sha256 } from '../text/sha256.ts'
import type { TapeLine } from './line.ts'

/** Where recorded answers are found and new ones are put. */
export interface TapeStore {
  get(key: Sha256): Promise<TapeLine | undefined>
  put(line: TapeLine): Promise<void>
  lines(): AsyncIterable<TapeLine>
}

/** A tape in memory. */
export function memoryTape(lines: Iterable<TapeLine> = []): TapeStore {
  const byKey = new Map<Sha256, TapeLine>()
  for (const line of lines) byKey.set(line.k, line)
  return {
    async get(key) {
      return byKey.get(key)
    },
    async put(line) {
      byKey.set(line.k, line)
    },
    async *lines() {
      yield* byKey.values()
    },
  }
}

/** Several tapes as one: the first that has a key answers, writes go to the last. */
export function layers(stores: readonly TapeStore[]): TapeStore {
  return {
    async get(key) {
      for (const store of stores) {
        const line = await store.get(key)
        if (line) return line
      }
      return undefined
    },
    async put(line) {
      await stores.at(-1)?.put(line)
    },
    async *lines() {
      const seen = new Set<Sha256>()
      for (const store of stores) {
        for await (const line of store.lines()) {
          if (seen.has(line.k)) continue
          seen.add(line.k)
          yield line
        }
      }
    },
  }
}
