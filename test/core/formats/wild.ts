/**
 * Files of public repositories that the fixtures are made after: the same features, other words. Each was read at the
 * commit named. Langfuse keeps prompts in its database: its documentation shows what its API gives.
 */
export type Wild = { format: string; fixture: string; repository: string; path: string; commit: string }

const row = (format: string, fixture: string, repository: string, path: string, commit: string): Wild => ({
  format,
  fixture,
  repository,
  path,
  commit,
})

const genkit = 'java/samples/dotprompt/src/main/resources/prompts'
const langfuseDocs = 'content/docs/prompt-management'

export const wild: Wild[] = [
  row(
    'github-prompt',
    'minutes.prompt.yml',
    'github/gh-models',
    's.prompt.yml',
    '6d289c651cb518ad3ee1598d9a98999b1de287ff',
  ),
  row(
    'github-prompt',
    'visitor.prompt.yml',
    'github/gh-models',
    'examples/json_schema_prompt.yml',
    '5207bb8653fde1b7aa7553ea3d44c3bcf1b0f51d',
  ),
  row(
    'github-prompt',
    'doorman.prompt.yml',
    'github/gh-models',
    'examples/sample_prompt.yml',
    '8fc32d75c01df7783d3ce80e8104d48697ae3aed',
  ),
  row(
    'promptfoo',
    'translate.yaml',
    'promptfoo/promptfoo',
    'examples/getting-started/promptfooconfig.yaml',
    '0145f90fea2fc17e76780d89bc27b873fb659b2b',
  ),
  row(
    'promptfoo',
    'shapes.yaml',
    'promptfoo/promptfoo',
    'examples/json-output/promptfooconfig.yaml',
    '3014f7ebf07fdd034756b1c181492c58f98cf266',
  ),
  row(
    'promptfoo',
    'complaints.yaml',
    'Autonoma-Tools/llm-unit-testing',
    'promptfooconfig.yaml',
    '7b15ce0b0baedcd068c77e5129633ca444407d69',
  ),
  row(
    'prompty',
    'outdoor-shop.prompty',
    'Azure-Samples/contoso-chat-csharp-prompty',
    'src/ContosoChatAPI/ContosoChatAPI/chat.prompty',
    '275bd0b0d3649f78539ee1222a3e7527a9d8133c',
  ),
  row(
    'prompty',
    'fault-report.prompty',
    'Azure-Samples/summarization-openai-csharp-prompty',
    'src/SummarizationAPI/SummarizationAPI/summarize.prompty',
    '7cb95880a932ec2d91526f53587902c41a86a3d3',
  ),
  row(
    'prompty',
    'forecast.prompty',
    'microsoft/prompty',
    'runtime/python/prompty/tests/prompts/anthropic_tools.prompty',
    '4faaa6b8750bac576310f6fd4c0d62e68f25269d',
  ),
  row(
    'prompty',
    'help-desk.prompty',
    'microsoft/prompty',
    'runtime/python/prompty/tests/prompts/basic.prompty',
    '13b0cf59acf9c7b8827481b73cbd8a1507d1048c',
  ),
  row(
    'dotprompt',
    'inspect.prompt',
    'firebase/genkit',
    `${genkit}/code-review.prompt`,
    '76c60afdcfc013a91e4580ddc15edd4a0b5d3873',
  ),
  row(
    'dotprompt',
    'outing.prompt',
    'firebase/genkit',
    `${genkit}/travel-planner.prompt`,
    '76c60afdcfc013a91e4580ddc15edd4a0b5d3873',
  ),
  row(
    'dotprompt',
    'clip.prompt',
    'firebase/genkit',
    'go/samples/prompts/prompts/multi-msg.prompt',
    '21c9e56a81ae24ddc47f50bf121d4e17c18bafff',
  ),
  row(
    'langfuse',
    'reviewer.json',
    'langfuse/langfuse-docs',
    `${langfuseDocs}/data-model.mdx`,
    '45480b1d460c9084e068282300d0fe932add0ee4',
  ),
  row(
    'langfuse',
    'receipt.json',
    'langfuse/langfuse-docs',
    `${langfuseDocs}/features/config.mdx`,
    '03f89c4929e4bbc37176d9ddc163a9ac31fe6260',
  ),
  row(
    'langfuse',
    'reviewer-chat.json',
    'langfuse/langfuse-docs',
    `${langfuseDocs}/features/message-placeholders.mdx`,
    '19be501342ae9874e3bdb97e95f1f4f75df8a945',
  ),
]

/** Fixtures of our own, for what those files do not show. */
export const own: Pick<Wild, 'format' | 'fixture'>[] = [
  { format: 'github-prompt', fixture: 'book.prompt.yml' },
  { format: 'promptfoo', fixture: 'table.yaml' },
  { format: 'prompty', fixture: 'sampled.prompty' },
  { format: 'dotprompt', fixture: 'refused.prompt' },
]
