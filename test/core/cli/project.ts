import { main } from '../../../core/src/cli/args.ts'
import type { World } from '../../../core/src/cli/world.ts'

/** A prompt file that the tests edit by replacing its parts. */
export const promptText = (
  o: { version?: string; model?: string; rule?: string; entries?: string } = {},
): string => `version: "${o.version ?? '1.0.0'}"
model: ${o.model ?? 'local/tiny@sha256:' + 'ab'.repeat(32)}
parameters: { temperature: 0, seed: 7, max_tokens: 40, response_format: json_schema }
system: |
  You name the day that a message speaks of.
  ${o.rule ?? 'If no day is named, the day is null.'}
user_template: |
  {message}
inputs:
  message: { type: string, max_tokens: 200, untrusted: true }
output_schema:
  type: object
  additionalProperties: false
  required: [day]
  properties:
    day: { type: [string, "null"] }
changelog:
${o.entries ?? ''}  - version: "1.0.0"
    date: "2026-11-01"
    change: First version
`

/** What a pull request brings: the rule about missing days removed, version and changelog as they should be. */
export const changedPrompt = promptText({
  version: '1.1.0',
  rule: 'Always answer with a day.',
  entries:
    '  - version: "1.1.0"\n    date: "2026-11-20"\n    change: Ask for a day always, because callers expect one\n',
})

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** `count` messages; every fifth names no day. */
export const goldenText = (count = 25, more: (i: number) => string = () => ''): string =>
  `version: 1\ncases:\n${Array.from({ length: count }, (_, i) => {
    const day = i % 5 === 4 ? null : days[i % 7]!
    const message = day === null ? `Message ${i}: see you soon.` : `Message ${i}: see you on ${day}.`
    return `  - { id: m${i}, vars: { message: "${message}" }, expected: { day: ${day ?? 'null'} }${more(i)} }`
  }).join('\n')}\n`

/** How the stand-in model answers: the day it reads; without one, null, or a guess once the rule is gone. */
export function answerDay(request: { messages: { text: string }[] }): string {
  const all = request.messages.map((message) => message.text).join('\n')
  const day = days.find((name) => all.includes(`on ${name}`)) ?? (all.includes('the day is null') ? null : 'Monday')
  return JSON.stringify({ day })
}

/** assay.yaml that reaches a loopback server. */
export const configText = (url: string, more = ''): string =>
  `version: 1\nproviders:\n  local: { base_url: "${url}", adapter: chat, concurrency: 4, retries: 0 }\n${more}`

export type Ran = { code: number; out: string; err: string; json: any }

/** Runs the command in this process, as a user would in `cwd`. */
export async function assay(
  cwd: string,
  argv: string[],
  o: { env?: Record<string, string>; today?: string } = {},
): Promise<Ran> {
  let out = ''
  let err = ''
  const world: World = {
    cwd,
    env: o.env ?? {},
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    isTerminal: false,
    errIsTerminal: false,
    columns: 100,
    now: () => Date.parse(`${o.today ?? '2026-11-23'}T12:00:00Z`),
    signal: new AbortController().signal,
    confirm: async () => false,
  }
  const code = await main(['node', 'assay', ...argv], world)
  return {
    code,
    out,
    err,
    get json() {
      return JSON.parse(out)
    },
  }
}
