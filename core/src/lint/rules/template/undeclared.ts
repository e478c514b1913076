import { builtInNames } from '../../../registry/built-in.ts'
import { nearest } from '../../../registry/did-you-mean.ts'
import { insertKey } from '../../../registry/edit.ts'
import type { Fix } from '../../../findings.ts'
import { defineRule } from '../../rule.ts'

/** Each proposal looks through all inputs and the whole file; after so many the template itself is broken. */
const mostProposals = 100

export const templateUndeclared = defineRule({
  meta: {
    id: 'template/undeclared',
    severity: 'error',
    summary: 'Every placeholder is declared in inputs, where there is such a block.',
    fixable: true,
    on: 'prompt',
  },
  check(context) {
    const { prompt, text, report } = context
    if (!prompt.inputs) return
    const declared = Object.keys(prompt.inputs)
    const isDeclared = new Set([...declared, ...builtInNames])
    const show = (name: string): string => (prompt.templateFormat === 'mustache' ? `{{${name}}}` : `{${name}}`)
    let proposals = 0
    for (const template of context.templates()) {
      for (const { name, span, inSection } of template.parsed.placeholders) {
        // Inside a section a name may belong to the item.
        if (inSection || isDeclared.has(name)) continue
        proposals += 1
        const candidates = proposals > mostProposals ? [] : nearest(name, declared)
        const place = template.place(span)
        const hint = candidates.length > 0 ? ` Did you mean ${candidates.map(show).join(' or ')}?` : ''
        const fixes: Fix[] = []
        if (place) {
          for (const candidate of candidates) {
            const replaced = text.slice(place.start, place.end).replace(name, () => candidate)
            fixes.push({ title: `Rename to ${show(candidate)}`, safe: false, edits: [{ span: place, text: replaced }] })
          }
        }
        const declare = proposals > mostProposals ? null : insertKey(text, prompt.spans, '/inputs', name, 'string')
        if (declare) fixes.push({ title: `Declare ${name} in inputs`, safe: false, edits: [declare] })
        report(place ?? template.whole, {
          message: `${show(name)} is not declared in inputs.${hint}`,
          fixes,
          data: { name, candidates },
        })
      }
    }
  },
})
