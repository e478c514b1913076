import { defineParserRule } from '../../rule.ts'

export const evalDuplicateCase = defineParserRule({
  id: 'eval/duplicate-case',
  severity: 'error',
  summary: 'Every case of a golden set has an id and contents of its own.',
  fixable: false,
  on: 'golden',
  raisedBy: 'parseGoldenSet',
})
