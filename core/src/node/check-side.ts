import type { Ask } from '../eval/ask.ts'
import type { Ledger } from '../eval/ledger.ts'
import type { Side } from '../eval/request.ts'
import { keysOf } from '../eval/run.ts'
import { claimedCounts, finder, type Origins } from '../gate/evidence.ts'
import type { Config } from '../registry/config.ts'
import type { Case } from '../registry/golden.ts'
import type { PromptFile } from '../registry/prompt-file.ts'
import type { Answer, ModelRequest } from '../tape/exchange.ts'
import { requestKey } from '../tape/key.ts'
import { toAnswer, type TapeLine } from '../tape/line.ts'
import { memoryTape } from '../tape/store.ts'
import { findEndpoint, type Endpoint } from './endpoint.ts'
import { askFor, providerIdOf, sideOf } from './prompt-run.ts'
import type { RunFolder } from './run-folder.ts'

/** One prompt of a check with both versions, their cases and the ways to their answers. */
export type CheckSides = {
  head: { side: Side; cases: Case[]; ask: Ask; endpoint: Endpoint }
  base: { side: Side; cases: Case[]; ask: Ask; endpoint: Endpoint } | null
  /** Any recorded answer to a request, whatever its evidence: what gate 1 looks at. */
  findAny(request: ModelRequest): Promise<Answer | undefined>
  /** Answers that hold a secret and were not recorded, in words. */
  refused: ReadonlySet<string>
}

export type SidesInput = {
  head: PromptFile
  base: PromptFile | null
  headCases: Case[]
  baseCases: Case[]
  tapes: { base: readonly TapeLine[]; head: readonly TapeLine[] }
  rules: Config
  acceptClaimed: 'auto' | boolean
  fork: boolean
  ask: 'never' | 'if-key' | 'always'
  /** Ask again although an answer is recorded. */
  refresh: boolean
  env: Readonly<Record<string, string | undefined>>
  folder: RunFolder | null
  ledger: Ledger
  signal: AbortSignal
  by: string
  today: string
}

/**
 * Sets up the two sides of a prompt. Base is asked with base's cases, head with head's; a case that only one side has is
 * asked on both.
 */
export async function makeSides(input: SidesInput): Promise<CheckSides> {
  const { head, base, rules } = input
  const endpointOf = (prompt: PromptFile) =>
    findEndpoint(providerIdOf(prompt, rules), rules, input.env, { ask: input.ask })
  const headEndpoint = endpointOf(head)
  const headSide = sideOf('head', head, headEndpoint, input.today)
  const baseEndpoint = base && endpointOf(base)
  const baseSide = base && sideOf('base', base, baseEndpoint!, input.today)
  const headIds = new Set(input.headCases.map((c) => c.id))
  const baseIds = new Set(input.baseCases.map((c) => c.id))
  const headCases = [...input.headCases, ...input.baseCases.filter((c) => !headIds.has(c.id))]
  const baseCases = [...input.baseCases, ...input.headCases.filter((c) => !baseIds.has(c.id))]

  const origins: Origins = {
    base: memoryTape(input.tapes.base),
    head: memoryTape(input.tapes.head),
    measured: input.folder ? await input.folder.answers(head.name) : memoryTape(),
  }
  const baseKeys = baseSide ? keysOf(baseSide, input.baseCases) : new Set<string>()
  // What this run measured itself: base and head often make the same request, and it is paid for once.
  const fresh = memoryTape()
  const refused = new Set<string>()
  const askOf = (prompt: PromptFile, endpoint: Endpoint): Ask => {
    const counts = claimedCounts(input.acceptClaimed, {
      fork: input.fork,
      // With a key claims are asked again; a run that may ask nothing has to do with what there is.
      hasKey: input.ask !== 'never' && endpoint.secret !== null,
    })
    const find = finder(origins, baseKeys, counts)
    return askFor({
      prompt,
      config: rules,
      endpoint,
      ledger: input.ledger,
      refused: (why) => refused.add(`${why} It was not recorded.`),
      keep: async (line) => {
        await input.folder?.keep(prompt.name, line)
        await fresh.put(line)
      },
      signal: input.signal,
      by: input.by,
      find: async (request) => {
        const line = await fresh.get(requestKey(request))
        if (line) return toAnswer(line, 'measured')
        return input.refresh ? undefined : find(request)
      },
    })
  }
  return {
    head: { side: headSide, cases: headCases, ask: askOf(head, headEndpoint), endpoint: headEndpoint },
    base: baseSide && { side: baseSide, cases: baseCases, ask: askOf(base!, baseEndpoint!), endpoint: baseEndpoint! },
    findAny: finder(origins, baseKeys, true),
    refused,
  }
}
