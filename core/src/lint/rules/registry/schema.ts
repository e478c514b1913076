import { defineParserRule } from '../../rule.ts'

export const registrySchema = defineParserRule({
  id: 'registry/schema',
  severity: 'error',
  summary: 'The file is readable YAML with the right types and paths, and its ignore comments are in order.',
  fixable: true,
  on: 'prompt',
  raisedBy: 'parsePrompt',
})
