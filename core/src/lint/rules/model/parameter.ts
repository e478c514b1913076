import { removeKey } from '../../../registry/edit.ts'
import { providerSettings, unsentParameters } from '../../../registry/presets.ts'
import type { Unsent } from '../../../registry/presets.ts'
import type { ModelRef } from '../../../registry/prompt-file.ts'
import { isJsonObject } from '../../../text/json.ts'
import type { JsonObject } from '../../../text/json.ts'
import { defineRule } from '../../rule.ts'
import type { RuleContext } from '../../rule.ts'

export const modelParameter = defineRule({
  meta: {
    id: 'model/parameter',
    severity: 'warning',
    summary: 'The adapter of the provider can send every parameter.',
    fixable: true,
    on: 'prompt',
  },
  check(context) {
    const { prompt } = context
    checkOne(context, prompt.model, prompt.parameters, '/parameters')
    for (const [list, items] of [
      ['fallbacks', prompt.fallbacks],
      ['tiers', prompt.tiers],
    ] as const) {
      for (const [index, { model, parameters }] of items.entries()) {
        checkOne(context, model, parameters ?? {}, `/${list}/${index}/parameters`)
      }
    }
    const judge = prompt.judge?.parameters
    const site = context.models().find(({ span }) => span === prompt.spans['/judge/model'])
    if (site && isJsonObject(judge)) checkOne(context, site.model, judge, '/judge/parameters')
  },
})

function checkOne(context: RuleContext, model: ModelRef, parameters: JsonObject, pointer: string): void {
  const { prompt, config, text, report } = context
  const id = model.provider ?? config.defaults.provider
  const { adapter } = providerSettings(id, config.providers[id])
  for (const unsent of unsentParameters(adapter, parameters)) {
    const { name } = unsent
    // `temperature` may stand at the top of the file.
    const at = pointer === '/parameters' && name === 'temperature' && prompt.spans['/temperature'] ? '' : pointer
    const edit = removeKey(text, prompt.spans, `${at}/${name}`)
    report(prompt.spans[`${at}/${name}#key`] ?? prompt.spans[at] ?? prompt.spans['/model']!, {
      message: sentence(unsent, adapter, id),
      fixes: edit ? [{ title: `Remove ${name}`, safe: false, edits: [edit] }] : [],
      data: { name, adapter, provider: id },
    })
  }
}

function sentence({ name, value, most }: Unsent, adapter: string, provider: string): string {
  if (most !== undefined) return `${name} ${value} is refused: the ${adapter} adapter takes at most ${most}.`
  const what = value === undefined ? `"${name}"` : `${name} "${value}"`
  const other = adapter === 'responses' ? ` or set providers.${provider}.adapter: chat` : ''
  return `${what} is not sent: the ${adapter} adapter has no such parameter. Remove it${other}.`
}
