import type { Fix } from '../../../findings.ts'
import { insertKey, lineEndOf, scalarText } from '../../../registry/edit.ts'
import { readYaml } from '../../../registry/yaml.ts'
import { applyEdits } from '../../../text/edit.ts'
import { retirementOf } from '../../model-sites.ts'
import { defineRule } from '../../rule.ts'
import type { RuleContext } from '../../rule.ts'

export const modelUnknown = defineRule({
  meta: {
    id: 'model/unknown',
    severity: 'info',
    summary: 'The catalogue knows the model.',
    fixable: true,
    on: 'prompt',
  },
  check(context) {
    const { asOf } = context.catalog
    for (const site of context.models()) {
      const { classified, text, span } = site
      // A model with a shutdown date is known, if only by its end.
      if (classified.verdict !== 'unknown' || retirementOf(site, context) !== null) continue
      const fix = entryFix(text, context)
      context.report(span, {
        message: `"${text}" is not in the catalogue as of ${asOf}, so Assay cannot tell if it is pinned. Add it under "models" in assay.yaml.`,
        ...(fix ? { fixes: [fix] } : {}),
        data: { model: text },
      })
    }
  },
})

/** An entry that says the name is one fixed build: only its owner knows, so it is offered and never applied. */
function entryFix(model: string, { configFile }: RuleContext): Fix | null {
  if (!configFile) return null
  const text = withEntry(model, configFile.path, configFile.text ?? '')
  if (text === null) return null
  const title = `Say in ${configFile.path} that ${model} is one fixed build`
  return { title, safe: false, edits: [], files: [{ path: configFile.path, text }] }
}

function withEntry(model: string, path: string, text: string): string | null {
  const key = scalarText(model, '')
  const value = `{ pin: ${key} }`
  const read = text.trim() === '' ? null : readYaml(path, text)
  if (read?.ok && read.spans['/models']) {
    const edit = insertKey(text, read.spans, '/models', key, value)
    return edit && applyEdits(text, [edit])
  }
  if (read && (!read.ok || text.startsWith('{'))) return null
  const end = lineEndOf(text)
  const lead = text === '' || text.endsWith('\n') ? '' : end
  return `${text}${lead}models:${end}  ${key}: ${value}${end}`
}
