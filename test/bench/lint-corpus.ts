import { random } from '../fuzz/random.ts'

// Prompt files like the seed form of REGISTRY 2: about 40 lines and 740 bytes, no two alike.

const words =
  `account add agree amount answer article author balance book brief buyer case city claim clause clear client code contract
  copy court customer date deal delay detail draft due email entry event exact fact fee field find first form full goods
  group guess hold house idea invoice item keep law lease legal letter limit line list loan long mail mark match meet month
  name need note notice number offer open order owner page part party pay period person phone place plan policy price quote
  rate read reason record refund region reply report rule sale score seller sentence ship short sign sort source state step
  street sum table task tax term text ticket time title total town trade true type value vendor verify week write year`.split(
    /\s+/,
  )

const models = ['gpt-4o-2024-11-20', 'gpt-4.1-2025-04-14', 'claude-sonnet-4-5-20250929', 'gpt-4o-mini-2024-07-18']

export type CorpusFile = { path: string; text: string }

/** `count` different prompt files below `prompts/`, the same for every call. */
export function corpus(count: number): CorpusFile[] {
  const next = random(1)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!
  const line = (length: number): string => {
    let text = pick(words)
    while (text.length < length) text += ` ${pick(words)}`
    return text
  }
  return Array.from({ length: count }, (_, index) => {
    const major = 1 + (index % 3)
    const path = `prompts/v${major}/${pick(words)}/p${index}.yaml`
    return { path, text: promptText(path, `${major}.${1 + (index % 4)}.0`, { model: pick(models), line }) }
  })
}

/** A prompt of about `lines` lines in the same form. */
export function longPrompt(lines: number): CorpusFile {
  const next = random(2)
  const line = (length: number): string => {
    let text = words[Math.floor(next() * words.length)]!
    while (text.length < length) text += ` ${words[Math.floor(next() * words.length)]!}`
    return text
  }
  const path = 'prompts/v2/long.yaml'
  return { path, text: promptText(path, '2.1.0', { model: models[0]!, line, texts: lines - 22 }) }
}

type Parts = { model: string; line: (length: number) => string; texts?: number }

function promptText(path: string, version: string, { model, line, texts = 18 }: Parts): string {
  const half = Math.floor(texts / 2)
  const block = (count: number): string[] => Array.from({ length: count }, () => `  ${line(9)}.`)
  const [major] = version.split('.')
  return [
    `# ${path}`,
    `version: "${version}"`,
    `model: "${model}"`,
    'temperature: 0.1',
    'system: |',
    ...block(half),
    'user_template: |',
    ...block(texts - half),
    '  {fields}',
    '',
    '  {contract_text}',
    '',
    '  Return valid JSON:',
    '  {output_schema}',
    'changelog:',
    `  - version: "${version}"`,
    '    date: "2026-03-10"',
    `    change: "Added ${line(12)}"`,
    `  - version: "${major}.0.1"`,
    '    date: "2026-02-15"',
    `    change: "Moved ${line(12)}"`,
    `  - version: "${major}.0.0"`,
    '    date: "2026-01-15"',
    `    change: "First ${line(12)}"`,
    '',
  ].join('\n')
}
