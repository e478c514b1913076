import type { ParsedTemplate, TemplateProblem } from './template.ts'

const placeholder = /\{([A-Za-z_][A-Za-z0-9_]*)\}/y
const nextBrace = /[{}]/g

/** `{name}` is a placeholder, `{{` and `}}` are braces, any other brace is a problem. One pass, linear. */
export function parseFString(template: string): ParsedTemplate {
  const parsed: ParsedTemplate = { placeholders: [], problems: [], parts: [] }
  let text = ''
  let at = 0
  while (at < template.length) {
    nextBrace.lastIndex = at
    const found = nextBrace.exec(template)
    const brace = found ? found.index : template.length
    text += template.slice(at, brace)
    if (!found) break
    const character = found[0] as '{' | '}'
    if (template[brace + 1] === character) {
      text += character
      at = brace + 2
      continue
    }
    placeholder.lastIndex = brace
    const match = placeholder.exec(template)
    if (match) {
      if (text !== '') parsed.parts.push(text)
      text = ''
      const name = match[1]!
      at = brace + match[0].length
      parsed.parts.push({ name })
      parsed.placeholders.push({ name, span: { start: brace, end: at }, inSection: false })
    } else {
      const problem = braceProblem(template, brace, character)
      parsed.problems.push(problem)
      at = problem.span.end
      text += template.slice(brace, at)
    }
  }
  if (text !== '') parsed.parts.push(text)
  return parsed
}

/** One problem for `{…}` without a brace inside, else for the lone brace. */
function braceProblem(template: string, brace: number, character: '{' | '}'): TemplateProblem {
  let end = brace + 1
  if (character === '{') {
    nextBrace.lastIndex = end
    const close = nextBrace.exec(template)
    if (close?.[0] === '}') end = close.index + 1
  }
  const inside = template.slice(brace + 1, end - 1)
  const edits = [{ span: { start: brace, end: brace + 1 }, text: character + character }]
  if (end > brace + 1) edits.push({ span: { start: end - 1, end }, text: '}}' })
  // `{x.y}` and `{x!r}` were meant as placeholders: doubling the braces would hide that, so a person decides.
  const safe = !/^\s*[A-Za-z_]/.test(inside)
  const [what, double] = character === '{' ? ['opens', '{{'] : ['closes', '}}']
  return {
    span: { start: brace, end },
    brace: character,
    message: `"${character}" ${what} no placeholder. Write "${double}" for a literal brace.`,
    fix: { title: `Write "${double}"`, safe, edits },
  }
}
