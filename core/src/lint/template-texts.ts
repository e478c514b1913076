import { templatePointers } from '../registry/build-prompt.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import { scalarMap } from '../registry/scalar-map.ts'
import { parseTemplate } from '../registry/template.ts'
import type { ParsedTemplate } from '../registry/template.ts'
import type { Span } from '../text/span.ts'

/** One template with its place in the file. */
export type TemplateText = {
  /** `/system`, `/messages/0/content` */
  pointer: string
  role: 'system' | 'user' | 'assistant'
  template: string
  parsed: ParsedTemplate
  /** The place of a part of the template in the file; null when the quoting hides it. */
  place(part: Span): Span | null
  /** The place of the whole text. */
  whole: Span
}

/** The templates of a prompt, in the order of its messages. */
export function templateTexts(prompt: PromptFile, text: string): TemplateText[] {
  const pointers = templatePointers(prompt.spans, prompt.messages.length)
  return prompt.messages.map(({ role, template }, index) => {
    const pointer = pointers[index] ?? ''
    const whole = prompt.spans[pointer] ?? { start: 0, end: 0 }
    let map: ReturnType<typeof scalarMap> | null = null
    const place = (part: Span): Span | null => {
      map ??= scalarMap(text, whole, template)
      const start = map(part.start)
      if (start === null) return null
      const end = start + part.end - part.start
      // A part that is folded over two lines or holds an escape is not where its length says.
      return text.slice(start, end) === template.slice(part.start, part.end) ? { start, end } : null
    }
    return { pointer, role, template, parsed: parseTemplate(template, prompt.templateFormat), place, whole }
  })
}
