import { splitModel } from '../registry/model-id.ts'
import type { ModelRef, PromptFile } from '../registry/prompt-file.ts'
import { retirementId } from '../catalog/catalog.ts'
import type { Classified, Retirement } from '../catalog/catalog.ts'
import { canonicalJson } from '../text/canonical-json.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json } from '../text/json.ts'
import type { Span } from '../text/span.ts'
import type { RuleContext } from './rule.ts'

/** A place where a prompt names a model. */
export type ModelSite = {
  model: ModelRef
  /** The id as written, prefix included. */
  text: string
  span: Span
  classified: Classified
}

/** What is needed to look a model up. */
type Around = Pick<RuleContext, 'prompt' | 'base' | 'hasBase' | 'text' | 'catalog' | 'config'>

/** All places of a prompt that name a model: model, fallbacks, tiers, judge, embedding, reranker and the gates' proxies. */
export function modelSites(context: Around): ModelSite[] {
  const { spans } = context.prompt
  return modelsOf(context.prompt, context).map(({ model, pointer }) => {
    const span = spans[`${pointer}/id`] ?? spans[pointer] ?? { start: 0, end: 0 }
    const text = unquoted(context.text.slice(span.start, span.end), model.id)
    const o = { model, ...(model.provider === undefined ? {} : { provider: model.provider }) }
    return { model, text, span, classified: context.catalog.classify(text, o) }
  })
}

/** The id as written; the bare id where the quoting is unusual. */
function unquoted(source: string, id: string): string {
  const quote = source[0]
  const isQuoted = (quote === '"' || quote === "'") && source.length > 1 && source.endsWith(quote)
  const inner = (isQuoted ? source.slice(1, -1) : source).trim()
  return inner.endsWith(id) ? inner : id
}

/** True when this change brings the model in: base names it nowhere. Without a base nobody can tell. */
export function isNewModel(site: ModelSite, context: Around): boolean {
  if (!context.base) return context.hasBase
  const key = modelKey(site.model)
  return !modelsOf(context.base, context).some(({ model }) => modelKey(model) === key)
}

const modelKey = ({ provider, id, model_version: version }: ModelRef): string =>
  canonicalJson([provider ?? null, id, version ?? null])

/** When the model of a site ends, on its channel. */
export const retirementOf = (site: ModelSite, context: Around): Retirement | null =>
  context.catalog.retirement(
    site.model.provider === 'azure' ? retirementId(site.model) : site.text,
    site.classified.provider ?? site.model.provider ?? null,
    {
      channels: context.config.channels,
    },
  )

/** What an alias serves today, for the version rules: replacing it by its pin is a patch. */
export const pinsOf =
  ({ catalog }: Around) =>
  (model: ModelRef): readonly string[] =>
    catalog.classify(model.id, { model, ...(model.provider === undefined ? {} : { provider: model.provider }) }).pins

type Named = { model: ModelRef; pointer: string }

function modelsOf(prompt: PromptFile, context: Around): Named[] {
  const named: Named[] = [{ model: prompt.model, pointer: '/model' }]
  const add = (value: Json | undefined, pointer: string, field?: Json): void => {
    const written: ModelRef | null = isJsonObject(value)
      ? (value as ModelRef)
      : typeof value === 'string'
        ? { id: value }
        : null
    if (!written || typeof written.id !== 'string') return
    const provider = written.provider ?? (typeof field === 'string' ? field : undefined)
    const split = splitModel(written.id, {
      ...(provider === undefined ? {} : { field: provider }),
      default: context.config.defaults.provider,
      known: Object.keys(context.config.providers),
    })
    named.push({
      model: { ...written, id: split.id, ...(split.provider === undefined ? {} : { provider: split.provider }) },
      pointer,
    })
  }
  for (const [list, items] of [
    ['fallbacks', prompt.fallbacks],
    ['tiers', prompt.tiers],
  ] as const) {
    for (const [index, { model }] of items.entries()) {
      const inner = `/${list}/${index}/model`
      named.push({ model, pointer: prompt.spans[inner] ? inner : `/${list}/${index}` })
    }
  }
  add(prompt.judge?.model, '/judge/model')
  add(prompt.embedding?.model, '/embedding/model', prompt.embedding?.provider)
  const { reranker } = prompt.retrieval ?? {}
  if (isJsonObject(reranker)) add(reranker.model, '/retrieval/reranker/model')
  for (const gate of ['schema', 'golden', 'full'] as const) add(prompt.gates[gate]?.model, `/gates/${gate}/model`)
  return named
}
