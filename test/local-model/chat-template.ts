import { Template } from '@huggingface/jinja'
import type { ChatMessage } from './request.ts'

/** A stretch of the prompt: the template's own text, where special tokens count, or somebody's text, where they do not. */
export type PromptPart = { text: string; from: 'template' | 'message' }

// Private-use characters stand for the contents while the template runs, so that its output can be cut into parts. A content that spells
// out "<|im_end|>" then stays text and cannot end its own turn.
const OPEN = '\uE000'
const CLOSE = '\uE001'

/** Renders messages with a model's chat template, ready for the answer to follow. */
export function renderChat(
  template: string,
  messages: readonly ChatMessage[],
  special: { bos: string; eos: string },
): PromptPart[] {
  const rendered = new Template(template).render({
    messages: messages.map(({ role }, index) => ({ role, content: `${OPEN}${index}${CLOSE}` })),
    bos_token: special.bos,
    eos_token: special.eos,
    add_generation_prompt: true,
  })
  return rendered
    .split(new RegExp(`(${OPEN}\\d+${CLOSE})`))
    .filter((text) => text !== '')
    .map((text) =>
      text.startsWith(OPEN)
        ? { text: messages[Number(text.slice(1, -1))]!.content, from: 'message' }
        : { text, from: 'template' },
    )
}
