import { defineParserRule } from '../../rule.ts'

export const registryUnknownKey = defineParserRule({
  id: 'registry/unknown-key',
  severity: 'error',
  summary: 'Every key is one that the format knows, or begins with x-.',
  fixable: true,
  on: 'prompt',
  raisedBy: 'parsePrompt',
})
