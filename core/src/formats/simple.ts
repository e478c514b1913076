import type { Converted, Use } from './blocks.ts'
import type { Names } from './names.ts'

/** Templates that know `{{name}}` and nothing else (GitHub, Langfuse): names are checked, all other text stays. */
export function simpleToMustache(template: string, names: Names): Converted {
  const problems: Converted['problems'] = []
  const uses = new Map<string, Use>()
  const text = template.replace(/\{\{([^{}]*)\}\}/g, (whole, inner: string, at: number) => {
    const name = inner.trim()
    if (name === '' || /^[#^/>!&=]/.test(name) || /[|()[\]"']/.test(name)) {
      const message = `"${whole.slice(0, 80)}" is no variable: write {{name}}.`
      problems.push({ span: { start: at, end: at + whole.length }, message })
      return whole
    }
    const legal = names.of(name)
    uses.set(legal, 'text')
    return whole.replace(name, () => legal)
  })
  const literal = /\{\{\{|\{\{(?![^{}]*\}\})/.exec(text)
  if (literal && problems.length === 0) {
    const span = { start: literal.index, end: literal.index + 2 }
    problems.push({ span, message: 'A literal "{{" cannot be written in mustache: change the text.' })
  }
  return { text, problems, conditions: {}, loops: {}, uses, aloneAt: null }
}
