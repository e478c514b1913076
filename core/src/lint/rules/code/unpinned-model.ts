import type { Catalog } from '../../../catalog/catalog.ts'
import { defineSourceRule } from '../../source-rule.ts'
import type { SourceLiteral } from '../../source-scan.ts'

const names = /^(?:model|model_name|model_id|modelName|modelId|MODEL|MODEL_NAME|MODEL_ID|engine|deployment_name)$/
const callNames =
  /^(?:openai|anthropic|google|mistral)(?:\.(?:chat|responses|languageModel))?$|(?:^|\.)(?:ChatOpenAI|ChatAnthropic|init_chat_model|getGenerativeModel)$/

/** Families whose prefix is an English word claim only what is written like their ids. */
const isId = (text: string): boolean =>
  /^[A-Za-z0-9~][\w.:@/~-]{1,150}$/.test(text) && !/^(?:command|rerank|embed)(?!-|$)/.test(text)

export const codeUnpinnedModel = defineSourceRule({
  meta: {
    id: 'code/unpinned-model',
    severity: 'error',
    summary: 'Source code names models that are one fixed build, or takes them from the prompt file.',
    fixable: true,
    on: 'source',
  },
  checkSource(context) {
    for (const literal of context.literals) {
      const id = literal.text.trim()
      if (literal.hasHoles || !namesModel(literal) || !isId(id)) continue
      const { provider, verdict, pins } = context.catalog.classify(id)
      if (verdict !== 'alias' && verdict !== 'moving' && verdict !== 'preview') continue
      const live = pins.filter((pin) => !pin.startsWith('+') && !isGone(pin, provider, context))
      const what = {
        alias: 'is an alias',
        moving: 'moves without notice',
        preview: 'is a preview: it may change or end within weeks',
      }[verdict]
      const advice = live[0] ? `Pin "${live[0]}"` : 'Name a dated or fixed model,'
      // A deployment goes by the name that its owner gave it; another name would not be found.
      const isModel = literal.name !== 'engine' && literal.name !== 'deployment_name'
      context.report(literal.span, {
        message: `"${id}" in code ${what}. ${advice} or load the model from the prompt file.`,
        fixes:
          isModel && !literal.isJoined
            ? live.map((pin) => ({ title: `Pin to ${pin}`, safe: false, edits: [{ span: literal.inner, text: pin }] }))
            : [],
        data: { model: id, pins: live },
      })
    }
  },
})

const namesModel = ({ name, calls }: SourceLiteral): boolean =>
  name === null ? calls[0]?.index === 0 && callNames.test(calls[0].name) : names.test(name)

function isGone(
  pin: string,
  provider: string | null,
  { catalog, today }: { catalog: Catalog; today: string },
): boolean {
  const end = catalog.retirement(pin, provider)
  return end !== null && end.precision === 'exact' && end.shutdown !== null && end.shutdown <= today
}
