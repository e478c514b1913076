import { render, type Case, type Json, type PromptFile } from '@assay/core'

/** One document of a rendered prompt: `system.md`, `settings.yaml`, `answer.json`. */
export type Part = { name: string; text: string }

/**
 * A prompt as the model gets it, one document a message, then its settings. Without a case, or when the case does not fit,
 * the placeholders stay as they are.
 */
export function renderedParts(prompt: PromptFile, c: Pick<Case, 'vars'> | null, today: string): Part[] {
  const rendered = c ? render(prompt, c.vars, { today }) : null
  const messages = rendered?.ok
    ? rendered.messages
    : prompt.messages.map(({ role, template }) => ({ role, content: template }))
  const counts = new Map<string, number>()
  const parts = messages.map(({ role, content }) => {
    const nth = (counts.get(role) ?? 0) + 1
    counts.set(role, nth)
    // Few-shot prompts have several messages of a role.
    return { name: `${nth === 1 ? role : `${role}-${nth}`}.md`, text: endLine(content) }
  })
  return [...parts, { name: 'settings.yaml', text: settingsText(prompt) }]
}

/** Why the placeholders of a prompt were not filled; null when they were. */
export function renderProblem(prompt: PromptFile, c: Pick<Case, 'id' | 'vars'>, today: string): string | null {
  const rendered = render(prompt, c.vars, { today })
  if (rendered.ok) return null
  const missing = rendered.missing.map((name) => `{${name}}`).join(', ')
  return [...(missing ? [`Case ${c.id} gives no value for ${missing}.`] : []), ...rendered.problems].join(' ')
}

/** Everything beside the texts that decides an answer. */
function settingsText(prompt: PromptFile): string {
  const schema = prompt.outputSchema === undefined ? [] : ['output_schema:', indented(prompt.outputSchema)]
  const parameters = Object.entries(prompt.parameters).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  const tools = prompt.tools ? ['tools:', indented(prompt.tools)] : []
  return endLine([`model: ${prompt.modelText}`, ...parameters, ...schema, ...tools].join('\n'))
}

const indented = (value: Json): string => JSON.stringify(value, null, 2).replace(/^/gm, '  ')

/** An answer for a document: JSON in lines, other text as it is. */
export function answerText(text: string): string {
  try {
    return endLine(JSON.stringify(JSON.parse(text), null, 2))
  } catch {
    return endLine(text)
  }
}

/** A preview of all messages in one document. */
export function previewText(prompt: PromptFile, c: Pick<Case, 'id' | 'vars'> | null, today: string): string {
  const problem = c ? renderProblem(prompt, c, today) : null
  const head =
    problem ??
    (c
      ? `${prompt.name} ${prompt.version} with the values of case ${c.id}`
      : `${prompt.name} ${prompt.version} has no golden case yet: placeholders stay as they are`)
  const parts = renderedParts(prompt, c, today).filter(({ name }) => name !== 'settings.yaml')
  const sections = parts.map(({ name, text }) => `--- ${name.replace(/\.md$/, '')} message ---\n\n${text}`)
  return [`${head} · model ${prompt.modelText}`, '', sections.join('\n')].join('\n')
}

const endLine = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)
