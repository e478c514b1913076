// Writes the tapes of the sample registry: `node --conditions=assay-source test/extension/record-sample.ts`.
// The answers are made up by hand for the tests of the editor, and their lines say so (`by: hand`).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buildRequest, parseGoldenSet, parsePrompt, requestKey, type Answer, type TapeLine } from '@assay/core'
import { toTapeLine } from '../../core/src/tape/line.ts'
import { formatTape } from '../../core/src/tape/tape-text.ts'

const fixtures = join(import.meta.dirname, '../fixtures/extension')
const model = 'gpt-5.4-mini-2026-03-17'

const contract = (first: string, second: string, effective: string | null, termination: string | null) =>
  JSON.stringify({ first_party: first, second_party: second, effective_date: effective, termination_date: termination })

/** By case: what the prompt of the main branch got, and what the changed one gets. */
const contracts: Record<string, { base: string; head: string }> = {
  'lease-with-dates': same(contract('Orchard Homes Ltd', 'Priya Nair', '1 March 2025', '28 February 2027')),
  'bicycle-without-dates': {
    base: contract('Tomas Lind', 'Ewa Zając', 'on signing', 'none'),
    head: contract('Tomas Lind', 'Ewa Zając', null, null),
  },
  'notice-period-is-no-date': {
    base: contract('Meridian Foods', 'Café Lumen', '5 May 2026', '30 days'),
    head: contract('Meridian Foods', 'Café Lumen', '5 May 2026', '30 days'),
  },
  'consulting-open-end': {
    base: contract('Dr Samira Haddad', 'Polar Freight AS', '12 January 2026', 'open end'),
    head: contract('Dr Samira Haddad', 'Polar Freight AS', '12 January 2026', null),
  },
  'loan-with-end': same(contract('Lakeside Credit Union', 'Marcus Webb', '2 June 2025', '2 June 2028')),
  'orders-in-the-text': same(contract('Hanna Weiss', 'Bruno Costa', '1 July 2026', null)),
  'two-languages': {
    base: contract('Die Stadt Ulm', 'dem Verein Donaufreunde', '1. Mai 2026', 'unbekannt'),
    head: contract('Stadt Ulm', 'Donaufreunde', '1. Mai 2026', null),
  },
}

const tickets: Record<string, string> = { 'paid-twice': 'billing', 'parcel-late': 'delivery', thanks: 'other' }

function same(text: string) {
  return { base: text, head: text }
}

const read = (path: string): string => readFileSync(join(fixtures, path), 'utf8')

function lines(promptFile: string, goldenFile: string, answerTo: (id: string) => string | undefined): TapeLine[] {
  const path = promptFile.replace(/^\w+\//, '')
  // The changed prompt is recorded as it is once its model is pinned.
  const parsed = parsePrompt(path, read(promptFile).replace(/^model: .*$/m, `model: ${model}`))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings))
  const { prompt } = parsed
  const { set } = parseGoldenSet(goldenFile, read(`sample/${goldenFile}`), {
    name: prompt.name,
    readFile: () => undefined,
  })
  const side = { side: 'head' as const, prompt, adapter: 'openai.responses/1', model, today: '2026-11-20' }
  return set!.cases.flatMap((c) => {
    const text = answerTo(c.id)
    const built = buildRequest(side, c, 0)
    if (!built.ok) throw new Error(built.problem)
    return text === undefined ? [] : [toTapeLine(answer(requestKey(built.request), text), c.id, 0)]
  })
}

const answer = (key: string, text: string): Answer => ({
  key,
  text,
  toolCalls: [],
  model,
  responseModel: model,
  fingerprint: null,
  finish: 'stop',
  usage: {
    inputTokens: 180 + (text.length % 40),
    cachedInputTokens: 0,
    outputTokens: 30 + (text.length % 20),
    reasoningTokens: 0,
  },
  latencyMs: 700 + text.length,
  at: '2026-11-20T09:00:00Z',
  by: 'hand',
  evidence: 'measured',
})

function write(path: string, tape: TapeLine[]): void {
  mkdirSync(dirname(join(fixtures, path)), { recursive: true })
  writeFileSync(join(fixtures, path), formatTape(tape))
}

const golden = 'prompts/golden/contract_extraction.yaml'
const base = lines('base/prompts/v2/contract_extraction.yaml', golden, (id) => contracts[id]?.base)
const head = lines('sample/prompts/v2/contract_extraction.yaml', golden, (id) => contracts[id]?.head)
write('base/prompts/tapes/contract_extraction.jsonl', base)
write('sample/prompts/tapes/contract_extraction.jsonl', [...base, ...head])
write(
  'sample/prompts/tapes/ticket_triage.jsonl',
  lines('sample/prompts/v1/ticket_triage.yaml', 'prompts/golden/ticket_triage.jsonl', (id) => tickets[id]),
)
