import { command } from '../../../text/command.ts'
import { defineSourceRule } from '../../source-rule.ts'
import type { SourceLiteral } from '../../source-scan.ts'

const keys = /^(?:system|instructions|system_prompt|systemPrompt|prompt)$/
const variables = /(?:prompt|_template|instructions)$/i
const callNames =
  /(?:^|\.)(?:SystemMessage|HumanMessage|PromptTemplate\.from_template|ChatPromptTemplate\.from_messages)$/

const shortest = 80

export const codeHardcodedPrompt = defineSourceRule({
  meta: {
    id: 'code/hardcoded-prompt',
    severity: 'warning',
    summary: 'Prompts live in the registry, not in source code.',
    fixable: false,
    on: 'source',
  },
  checkSource(context) {
    for (const literal of context.literals) {
      if (literal.text.length < shortest || !isPromptPlace(literal) || isOther(literal.text)) continue
      const count = wordsIn(literal.text)
      if (count < context.config.code.min_words) continue
      const place = `${context.path}:${context.lineOf(literal.span.start)}`
      context.report(literal.span, {
        message: `This looks like a prompt of ${count} words in code. Move it to the registry: ${command(`import code ${place}`)}.`,
        data: { words: count },
      })
    }
  },
})

function isPromptPlace({ name, isAssigned, hasRole, calls }: SourceLiteral): boolean {
  if (name !== null && keys.test(name)) return true
  if (name === 'content' && hasRole) return true
  if (name !== null && isAssigned && variables.test(name)) return true
  return calls.some((call) => callNames.test(call.name)) && (name === null || name === 'content' || name === 'template')
}

/** Words in any script; in scripts without spaces two signs make one. Holes are no words. */
export const wordsIn = (text: string): number =>
  text
    .replace(/\$?\{[^{}]{0,200}\}/g, ' ')
    .match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{1,2}|[\p{L}\p{N}'’-]+/gu)?.length ?? 0

/** Queries, pages and addresses are texts too, and no prompts. */
function isOther(text: string): boolean {
  const start = text.slice(0, 2_000).trim()
  if (/^(?:select|insert|update|delete|create|alter|drop|with|merge)\b/i.test(start)) {
    return (
      /\b(?:from|into|set|table|values|index|view|as\s*\()\s*[\w"'`(.[{]/i.test(start) &&
      !/[.!?]\s+[A-Z][a-z]/.test(start)
    )
  }
  if (/^<(?:!doctype|html|head|body|div|p|span|table|ul|ol|h[1-6]|section|svg|a|img|form|style|script)\b/i.test(start))
    return true
  return /^\w{2,10}:\/\/\S+$/.test(start)
}
