import { buildRequest } from '../eval/request.ts'
import { requestKey } from '../tape/key.ts'
import { selectPrompts } from './changes.ts'
import { findEndpoint } from './endpoint.ts'
import { pricing, providerIdOf, sideOf, upperUsage } from './prompt-run.ts'
import type { Snapshot } from './snapshot.ts'

/** What recording head's cases would ask, before anything is asked. `bound` in micro-dollars; null: a price is unknown. */
export type RecordingPlan = { prompts: number; requests: number; toAsk: number; bound: number | null }

export async function planRecording(
  snapshot: Snapshot,
  o: {
    names: readonly string[]
    repeats: number
    refresh: boolean
    env: Readonly<Record<string, string | undefined>>
    today: string
  },
): Promise<RecordingPlan> {
  const plan: RecordingPlan = { prompts: 0, requests: 0, toAsk: 0, bound: 0 }
  const { config } = snapshot
  for (const prompt of selectPrompts(snapshot, o.names)) {
    const cases = snapshot.goldens.get(prompt.path)?.set?.cases ?? []
    if (cases.length === 0) continue
    plan.prompts += 1
    const endpoint = findEndpoint(providerIdOf(prompt, config), config, o.env, { ask: 'always' })
    const side = sideOf('head', prompt, endpoint, o.today)
    const recorded = new Set(snapshot.tapes.get(prompt.name)?.lines.map((line) => line.k))
    for (const c of cases) {
      for (let i = 0; i < o.repeats; i += 1) {
        const built = buildRequest(side, c, i)
        if (!built.ok) continue
        plan.requests += 1
        if (recorded.has(requestKey(built.request)) && !o.refresh) continue
        plan.toAsk += 1
        const price = await pricing(prompt, config, endpoint)(upperUsage(built.request, prompt, config))
        plan.bound = plan.bound === null || price === null ? null : plan.bound + price
      }
    }
  }
  return plan
}
