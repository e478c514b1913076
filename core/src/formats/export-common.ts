import type { PromptFile } from '../registry/prompt-file.ts'
import type { JsonObject } from '../text/json.ts'
import type { Loss } from './format.ts'
import { object } from './source.ts'

/** What an export of a prompt says, and what its import kept for this very format. */
export type Outgoing = {
  /** The prompt was imported from this very format. */
  isOwn: boolean
  kept: JsonObject
  keep: JsonObject
  losses: Loss[]
  lose(message: string): void
}

/** Starts an export; parts that no other format has are said to be left out. `known`: the parts this format has. */
export function outgoing(prompt: PromptFile, format: string, known: readonly string[]): Outgoing {
  const losses: Loss[] = []
  const lose = (message: string): void => void losses.push({ path: prompt.path, line: 1, message })
  const written = object(prompt.extra['x-import'])
  const isOwn = written['format'] === format
  const { names = {}, conditions = {}, loops = {} } = written
  const kept = isOwn ? written : { names, conditions, loops }
  const parts: Record<string, boolean> = {
    tools: prompt.tools !== undefined,
    tool_choice: prompt.toolChoice !== undefined,
    output_schema: prompt.outputSchema !== undefined,
    owners: prompt.owners.length > 0,
    tags: prompt.tags.length > 0,
    rollout: prompt.rollout !== undefined,
    fallbacks: prompt.fallbacks.length > 0,
    tiers: prompt.tiers.length > 0,
    limits: Object.keys(prompt.limits).length > 0,
    budget: prompt.budget !== undefined,
    embedding: prompt.embedding !== undefined,
    retrieval: prompt.retrieval !== undefined,
    judge: prompt.judge !== undefined,
    gates: Object.keys(prompt.gates).length > 0,
  }
  const left = Object.keys(parts).filter((part) => parts[part] && !known.includes(part))
  if (left.length > 0) lose(`${left.join(', ')} ${left.length === 1 ? 'has' : 'have'} no place in this format.`)
  if (prompt.changelog.length > 1)
    lose(`The changelog (${prompt.changelog.length} entries) has no place in this format.`)
  return { isOwn, kept, keep: object(kept['keep']), losses, lose }
}

/** The title that the file had, else the registry name. */
export const titleOf = (prompt: PromptFile, kept: JsonObject): string =>
  typeof kept['title'] === 'string' ? kept['title'] : prompt.name

/** The last step of a registry name, for a file. */
export const fileStem = (name: string): string => name.slice(name.lastIndexOf('/') + 1)

/** Members of `over` laid into `value`, deep, where it has none. */
export function withKept(value: JsonObject, over: JsonObject): JsonObject {
  const merged: JsonObject = { ...value }
  for (const [key, item] of Object.entries(over)) {
    const own = merged[key]
    const deep =
      typeof own === 'object' && own !== null && !Array.isArray(own) && typeof item === 'object' && item !== null
    merged[key] = own === undefined ? item : deep && !Array.isArray(item) ? withKept(own as JsonObject, item) : own
  }
  return merged
}

/** The values of a case under the names that the file had; conditions that an import made are left out. */
export function writtenVars(vars: JsonObject, kept: JsonObject): JsonObject {
  const written = new Map(Object.entries(object(kept['names'])))
  const made = new Set(Object.keys(object(kept['conditions'])))
  return Object.fromEntries(
    Object.entries(vars)
      .filter(([name]) => !made.has(name))
      .map(([name, value]) => [String(written.get(name) ?? name), value]),
  )
}
