import { bedrockArn, modelOfArn, resolveId } from './provider.ts'

/** When and how an id stops answering on one channel. `earliest` is "not before", never a date to fail on. */
export type Retirement = {
  model: string
  channel: string
  shutdown: string | null
  precision: 'exact' | 'earliest'
  /** Named by the provider; advice that has changed between announcements. */
  replacement: string[]
  after_shutdown: 'error' | 'reroute' | 'upgrade-or-error'
}

/** A row of the table. What it leaves out: exact date, no replacement, calls fail, second-hand, the source of its channel. */
export type RetirementRow = {
  channel: string
  model: string
  announced?: string
  shutdown?: string
  precision?: string
  replacement?: readonly string[]
  after_shutdown?: string
  confidence?: string
  source?: string
  as_of: string
}

/** The same weights have different clocks: each provider's own list. Others are named as they are. */
const channelOf: ReadonlyMap<string, string> = new Map([
  ['azure', 'azure-foundry'],
  ['bedrock', 'aws-bedrock'],
  ['google', 'gemini-api'],
  ['vertex', 'vertex-ai'],
])

/** The list of dates that counts for a provider; `channels` of assay.yaml says so when a proxy hides it. */
export const channelFor = (provider: string, channels: Record<string, string> = {}): string =>
  (Object.hasOwn(channels, provider) ? channels[provider] : undefined) ?? channelOf.get(provider) ?? provider

/** Rows by channel and model, for constant-time look-ups. */
export type RetirementIndex = ReadonlyMap<string, RetirementRow>

const key = (channel: string, model: string): string => `${channel}\n${model}`

export const indexRetirements = (rows: readonly RetirementRow[]): RetirementIndex =>
  new Map(rows.map((row) => [key(row.channel, row.model), row]))

/** The row of an id on its provider's channel. A channel without the row has no date: another channel's would be wrong. */
export function findRetirement(
  index: RetirementIndex,
  text: string,
  field: string | null,
  channels?: Record<string, string>,
): Retirement | null {
  const { provider, id } = resolveId(text, field)
  if (provider === null) return null
  const channel = channelFor(provider, channels)
  for (const name of namesOn(channel, provider, id)) {
    const row = index.get(key(channel, name))
    if (row) return toRetirement(row)
  }
  return null
}

/** The names under which a channel's list may hold an id, most exact first. */
function namesOn(channel: string, provider: string, id: string): string[] {
  if (channel === 'aws-bedrock') return [bedrockName(id)]
  if (channel === 'azure-foundry' && provider !== 'azure') {
    // The list writes model@version; OpenAI's name behind a proxy ends in that version. A deployment's name would not count.
    return [id.replace(/-(\d{4}-\d{2}-\d{2})$/, '@$1')]
  }
  // A fine-tuned model retires with its base; some bases have a clock of their own for fine-tuned models.
  const base = /^ft:([^:]+):/.exec(id)?.[1]
  return base ? [`ft-${base}`, base] : [id]
}

/** Bedrock's rows carry the vendor's id: without region, `vendor.` and `-vN:M`. */
function bedrockName(id: string): string {
  const model = bedrockArn.test(id) ? (modelOfArn(id) ?? id) : id
  return model
    .replace(/^(?:(?:us|eu|apac|jp|au|global|us-gov)\.)?[a-z0-9]+\./, '')
    .replace(/-v\d+(?::\d+(?::\d+k)?)?$/, '')
}

const toRetirement = (row: RetirementRow): Retirement => ({
  model: row.model,
  channel: row.channel,
  shutdown: row.shutdown ?? null,
  precision: row.precision === 'earliest' ? 'earliest' : 'exact',
  replacement: [...(row.replacement ?? [])],
  after_shutdown: afterShutdown(row.after_shutdown),
})

/** What calls do after the date; anything but the two known exceptions is an error. */
export const afterShutdown = (value: string | null | undefined): Retirement['after_shutdown'] =>
  value === 'reroute' || value === 'upgrade-or-error' ? value : 'error'
