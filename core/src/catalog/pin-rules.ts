import { isCalendarDay, isMonthAndDay } from './dates.ts'

/** What an id says about the weights behind it. */
export type PinVerdict = 'pinned' | 'alias' | 'moving' | 'preview' | 'opaque' | 'unknown'

/** One row of REGISTRY 5. `holds` checks what a pattern cannot, on the numbers in the pattern's groups. */
export type PinRule = {
  pattern: RegExp
  verdict: PinVerdict
  holds?: (...numbers: number[]) => boolean
  /** What to suggest when the table of aliases has no row for the id. */
  pin?: (id: string) => string
}

const moves: PinRule = { pattern: /-latest$/, verdict: 'moving' }

const anthropic: readonly PinRule[] = [
  { pattern: /[-@]latest$|@default$/, verdict: 'moving' },
  { pattern: /[-@](\d{4})(\d{2})(\d{2})$/, verdict: 'pinned', holds: isCalendarDay },
  // Since 4.6 the undated id is the build itself; earlier ones are aliases of a dated id.
  {
    pattern: /^claude-[a-z]+-(\d{1,2})(?:-(\d{1,2}))?$/,
    verdict: 'pinned',
    holds: (major, minor) => major! > 4 || (major === 4 && minor! >= 6),
  },
  { pattern: /^claude-[a-z]+-\d{1,2}(?:-\d{1,2})?$/, verdict: 'alias' },
  // The order of names before Claude 4: claude-3-5-sonnet.
  { pattern: /^claude-\d(?:-\d)?-[a-z]+$/, verdict: 'alias' },
]

const google: readonly PinRule[] = [
  moves,
  { pattern: /-(?:exp|preview)(?:-|$)/, verdict: 'preview' },
  { pattern: /-\d{3}$/, verdict: 'pinned' },
  { pattern: /^gemini-embedding-/, verdict: 'pinned' },
  { pattern: /^gemini-(?:1\.\d|2\.0)(?:-|$)/, verdict: 'alias', pin: (id) => `${id}-001` },
  {
    pattern: /^gemini-(\d+)(?:\.(\d+))?(?:-|$)/,
    verdict: 'pinned',
    holds: (major, minor) => major! > 2 || (major === 2 && minor! >= 5),
  },
]

const mistral: readonly PinRule[] = [
  { pattern: /^labs-|-preview$/, verdict: 'preview' },
  moves,
  { pattern: /-\d{2}(?:0[1-9]|1[0-2])$/, verdict: 'pinned' },
  { pattern: /^/, verdict: 'moving' },
]

const cohere: readonly PinRule[] = [
  { pattern: /-(?:0[1-9]|1[0-2])-\d{4}$|-v\d+(?:\.\d+)?(?:-|$)/, verdict: 'pinned' },
  { pattern: /^/, verdict: 'alias' },
]

const deepseek: readonly PinRule[] = [
  { pattern: /^deepseek-(?:chat|reasoner)$/, verdict: 'moving' },
  { pattern: /-(\d{2})(\d{2})$/, verdict: 'pinned', holds: isMonthAndDay },
  { pattern: /^/, verdict: 'alias' },
]

const xai: readonly PinRule[] = [
  moves,
  { pattern: /-(\d{2})(\d{2})(?:-|$)/, verdict: 'pinned', holds: isMonthAndDay },
  { pattern: /^/, verdict: 'alias' },
]

// What follows neither a date nor one of the five early builds is decided by the table: see `decide` in pin.ts.
const openai: readonly PinRule[] = [
  { pattern: /^ft:[^:]+:[^:]*:[^:]*:[^:]+/, verdict: 'pinned' },
  { pattern: /-latest$|^chat-latest$/, verdict: 'moving' },
  { pattern: /-preview/, verdict: 'preview' },
  { pattern: /-(\d{4})-(\d{2})-(\d{2})$/, verdict: 'pinned', holds: isCalendarDay },
  { pattern: /-(?:0125|0301|0314|0613|1106)$/, verdict: 'pinned' },
]

const bedrock: readonly PinRule[] = [
  { pattern: /^(?:[a-z-]+\.)?[a-z0-9]+\.[^:/]+-v\d+(?::\d+(?::\d+k)?)?$/, verdict: 'pinned' },
  { pattern: /^(?:[a-z-]+\.)?anthropic\.claude-[a-z]+-\d{1,2}(?:-\d{1,2})?$/, verdict: 'pinned' },
]

const resold: readonly PinRule[] = []

/** The rows of REGISTRY 5 by provider, first match wins; a provider or an id without a row is unknown. */
export const pinRules: Readonly<Record<string, readonly PinRule[]>> = {
  anthropic,
  google,
  mistral,
  cohere,
  deepseek,
  xai,
  openai,
  bedrock,
  // Hosts that may requantise what they serve: nothing about the weights can be read off the name.
  groq: resold,
  together: resold,
  fireworks: resold,
  cerebras: resold,
  ollama: [{ pattern: /^/, verdict: 'moving', pin: () => '+digest' }],
  hf: [
    { pattern: /@[0-9a-f]{40}$/, verdict: 'pinned' },
    { pattern: /^/, verdict: 'moving', pin: () => '+revision' },
  ],
  vllm: [
    { pattern: /@[0-9a-f]{40}$/, verdict: 'pinned' },
    { pattern: /^/, verdict: 'moving', pin: () => '+revision' },
  ],
}

/** The first row that an id matches. */
export function matchRule(rules: readonly PinRule[], id: string): PinRule | undefined {
  return rules.find((rule) => {
    const match = rule.pattern.exec(id)
    return match !== null && (rule.holds?.(...match.slice(1).map((group) => Number(group ?? 0))) ?? true)
  })
}
