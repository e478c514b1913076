import { bedrockArn, modelOfArn, resolveId } from './provider.ts'

export type EncodingName = 'o200k_base' | 'cl100k_base'

/** How much a model reads and writes, and which tokenizer counts it. null: not known, which is never "no limit". */
export type ModelLimits = { context: number | null; maxOutput: number | null; encoding: EncodingName | null }

/** `[context]` or `[context, max_output]` by provider and id, as core/scripts/catalog-limits.ts collects them. */
export type LimitTables = {
  sources: Readonly<Record<string, string>>
  models: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>
}

/** The limits of an id on its provider; ids of other hosts go by the vendor's own row where the id names it. */
export function findLimits(tables: LimitTables | undefined, text: string, field: string | null): ModelLimits {
  const { provider, id } = resolveId(text, field)
  const [context, maxOutput] = limitRow(tables, text, field) ?? []
  return { context: context ?? null, maxOutput: maxOutput ?? null, encoding: encodingOf(provider, id) }
}

/** The row of the table that speaks of an id. */
export function limitRow(
  tables: LimitTables | undefined,
  text: string,
  field: string | null,
): readonly number[] | undefined {
  const { provider, id } = resolveId(text, field)
  const [table, name] = rowOf(provider, id) ?? []
  if (!tables || !table || !name || !Object.hasOwn(tables.models, table)) return undefined
  return Object.hasOwn(tables.models[table]!, name) ? tables.models[table]![name] : undefined
}

function rowOf(provider: string | null, id: string): [provider: string, id: string] | null {
  switch (provider) {
    case null:
      return null
    case 'azure':
      // A deployment's name says nothing; `gpt-4o-2024-11-20` is a model with its version (pricedId).
      return /-\d{4}-\d{2}-\d{2}$/.test(id) ? ['openai', id] : null
    case 'vertex':
      return id.startsWith('claude') ? ['anthropic', id.replace('@', '-').replace(/-default$/, '')] : ['google', id]
    case 'bedrock': {
      const model = bedrockArn.test(id) ? (modelOfArn(id) ?? '') : id
      const bare = model.replace(/^(?:global|us-gov|us|eu|apac|jp|au)\./, '')
      return ['bedrock', bare.replace(/-v\d+(?::\d+(?::\d+k)?)?$|:\d+$/, '')]
    }
    default: {
      const base = /^ft:([^:]+):/.exec(id)?.[1]
      return [provider, base ?? id]
    }
  }
}

/** OpenAI's tokenizers by family; an id that is newer than this table counts by the newest. Others publish none. */
export function encodingOf(provider: string | null, id: string): EncodingName | null {
  if (provider !== 'openai' && provider !== 'azure') return null
  const bare = id.replace(/^ft:/, '')
  return /^(?:gpt-4(?![.o\d])(?!-?5)|gpt-3\.5|gpt-35|text-embedding-)/.test(bare) ? 'cl100k_base' : 'o200k_base'
}

/** An encoding as assay.yaml names it; a name that no tokenizer here has is none. */
export const encodingNamed = (name: string | null | undefined): EncodingName | null =>
  name === 'o200k_base' || name === 'cl100k_base' ? name : null
