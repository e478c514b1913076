import { describe, expect, test } from 'vitest'
import { confirmFlip, roundsFor } from '../../../core/src/gate/confirm.ts'
import { decide, overall, type Rules } from '../../../core/src/gate/decide.ts'
import { judge, type Judgement, type Test } from '../../../core/src/gate/judge.ts'
import { Samples } from '../../../core/src/gate/samples.ts'
import { claimedCounts, finder } from '../../../core/src/gate/evidence.ts'
import { fitCases } from '../../../core/src/gate/fit.ts'
import { testChange } from '../../../core/src/gate/test-change.ts'
import type { Ask } from '../../../core/src/eval/ask.ts'
import { keysOf } from '../../../core/src/eval/run.ts'
import type { Side } from '../../../core/src/eval/request.ts'
import { parsePrompt } from '../../../core/src/registry/parse.ts'
import { parseGoldenSet, type Case, type GoldenSet } from '../../../core/src/registry/golden.ts'
import { memoryTape } from '../../../core/src/tape/store.ts'
import { toTapeLine } from '../../../core/src/tape/line.ts'
import { requestKey } from '../../../core/src/tape/key.ts'
import { buildRequest } from '../../../core/src/eval/request.ts'
import type { Answer } from '../../../core/src/tape/exchange.ts'

function prompt(version: string, word: string) {
  const text = `version: "${version}"\nmodel: gpt-4o-2024-11-20\nuser_template: "${word} {q}"\nchangelog:\n  - version: "${version}"\n    date: "2026-11-01"\n    change: First version\n`
  const parsed = parsePrompt('prompts/v1/p.yaml', text)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings))
  return parsed.prompt
}

function golden(count: number, more: (i: number) => string = () => ''): GoldenSet {
  const rows = Array.from(
    { length: count },
    (_, i) => `  - { id: c${i}, vars: { q: "q${i}" }, expected: "yes"${more(i)} }`,
  )
  const { set, findings } = parseGoldenSet('prompts/golden/p.yaml', `version: 1\ncases:\n${rows.join('\n')}\n`, {
    name: 'p',
    readFile: () => undefined,
  })
  expect(findings).toEqual([])
  return set!
}

const side = (which: 'base' | 'head', word: string): Side => ({
  side: which,
  prompt: prompt(which === 'base' ? '1.0.0' : '1.1.0', word),
  adapter: 'openai.chat/1',
  model: 'm',
  today: '2026-11-23',
})

/** An ask whose answers come from a table: case -> passes of samples 0, 1, 2 … (the last one repeats). */
const askBy =
  (passes: (id: string, i: number) => boolean | null, seen: string[] = []): Ask =>
  async (request, id) => {
    seen.push(`${id}#${request.i}`)
    const pass = passes(id, request.i)
    if (pass === null) return { ok: false, why: 'missing', reason: 'no recorded answer' }
    const answer = {
      key: requestKey(request),
      text: pass ? 'yes' : 'no',
      toolCalls: [],
      model: 'm',
      responseModel: null,
      fingerprint: null,
      finish: 'stop',
      usage: null,
      latencyMs: 1,
      at: '2026-11-20T00:00:00Z',
      by: 'dev',
      evidence: 'recorded',
    } as Answer
    return { ok: true, answer, costMicroUsd: 0 }
  }

async function judged(cases: readonly Case[], base: Ask | null, head: Ask): Promise<Judgement> {
  const test: Test = { cases, base: {}, head: {} }
  const samples = {
    base: base && new Samples(side('base', 'old'), cases, base),
    head: new Samples(side('head', 'new'), cases, head),
  }
  await samples.base?.takeFirst()
  await samples.head.takeFirst()
  return judge(test, samples, roundsFor(cases.length))
}

const rules: Rules = { floor: '0.90', floorStrict: false, alpha: 0.05, margin: 0.1, gate: 'golden' }
const always = askBy(() => true)

describe('reruns of a flipped case', () => {
  test.each<[number, (side: 'base' | 'head', runs: number) => number | null, string, number]>([
    [50, (which, runs) => (which === 'base' ? runs : 0), 'broken', 9],
    [51, (which, runs) => (which === 'base' ? runs : 0), 'broken', 13],
    [1_001, (which, runs) => (which === 'base' ? runs : 0), 'broken', 17],
    [50, (which) => (which === 'base' ? 4 : 1), 'unstable', 9],
    [50, (which, runs) => (which === 'base' ? runs : 2), 'unconfirmed', 5],
    [50, (which, runs) => (which === 'base' ? runs : runs === 5 ? 1 : 3), 'unconfirmed', 9],
    [50, (which) => (which === 'base' ? 3 : 0), 'unstable', 5],
    [50, (which, runs) => (runs === 9 ? null : which === 'base' ? runs : 0), 'incomplete', 5],
  ])('%i gating cases: %s', async (cases, passes, outcome, runs) => {
    expect(await confirmFlip(roundsFor(cases), async (which, count) => passes(which, count))).toMatchObject({
      outcome,
      runs,
    })
  })
})

describe('the ladder', () => {
  test('equal answers: no change detected, and each case is asked once a side', async () => {
    const seen: string[] = []
    const judgement = await judged(
      golden(25).cases,
      always,
      askBy(() => true, seen),
    )
    expect(decide(judgement, 1, rules)).toMatchObject({ verdict: 'pass', reason: 'no-change-detected', look_first: [] })
    expect(seen).toHaveLength(25)
    expect(judgement.p).toBe(1)
  })

  test('one stable case that breaks blocks, and only it is rerun', async () => {
    const seen: string[] = []
    const judgement = await judged(
      golden(25).cases,
      always,
      askBy((id) => id !== 'c3', seen),
    )
    expect(judgement.broken).toEqual(['c3'])
    expect(decide(judgement, judgement.p, rules)).toMatchObject({ verdict: 'blocked', reason: 'broken' })
    expect(seen.filter((call) => !call.endsWith('#0'))).toEqual(Array.from({ length: 8 }, (_, i) => `c3#${i + 1}`))
    expect(judgement.pairs.find((pair) => pair.case === 'c3')!.confirm).toEqual({
      outcome: 'broken',
      runs: 9,
      base: [9, 9],
      head: [0, 9],
    })
  })

  test('a flaky case that flips does not block', async () => {
    const judgement = await judged(
      golden(25).cases,
      always,
      askBy((id, i) => id !== 'c3' || i % 2 === 1),
    )
    expect(judgement.unconfirmed).toEqual(['c3'])
    expect(decide(judgement, 1, rules)).toMatchObject({ verdict: 'pass', reason: 'no-change-detected' })
  })

  test('two unconfirmed flips are worth a look', async () => {
    const judgement = await judged(
      golden(25).cases,
      always,
      askBy((id, i) => !['c3', 'c4'].includes(id) || i % 2 === 1),
    )
    expect(decide(judgement, 1, rules).look_first).toEqual(['2 worse, not confirmed'])
  })

  test('a critical case is decided by three runs of head', async () => {
    const cases = golden(25, (i) => (i === 3 ? ', critical: true' : '')).cases
    const failsTwice = await judged(
      cases,
      always,
      askBy((id, i) => id !== 'c3' || i >= 2),
    )
    expect(failsTwice.critical).toEqual(['c3'])
    expect(decide(failsTwice, 1, rules)).toMatchObject({ verdict: 'blocked', reason: 'critical' })
    const failsOnce = await judged(
      cases,
      always,
      askBy((id, i) => id !== 'c3' || i >= 1),
    )
    expect(failsOnce.critical).toEqual([])
  })

  test('a floor that falls with broken cases is named floor; without support it is worth a look', async () => {
    const broken = await judged(
      golden(25).cases,
      always,
      askBy((id) => !['c1', 'c2', 'c3'].includes(id)),
    )
    expect(decide(broken, broken.p, rules)).toMatchObject({
      reason: 'floor',
      floor: { k: 22, base_k: 25, need: 23, supported: true },
    })
    const shaky = await judged(
      golden(25).cases,
      always,
      askBy((id, i) => !['c1', 'c2', 'c3'].includes(id) || i > 0),
    )
    const decision = decide(shaky, 1, rules)
    expect(decision.verdict).toBe('pass')
    expect(decision.look_first[0]).toContain(
      'fell under the floor, the drop is not confirmed (25/25 → 22/25, needs 23)',
    )
    expect(decide(shaky, 1, { ...rules, floorStrict: true })).toMatchObject({ verdict: 'blocked', reason: 'floor' })
  })

  test('under the floor on base already does not block a change that is not worse', async () => {
    const fails = (id: string) => !['c0', 'c1', 'c2', 'c3', 'c4'].includes(id)
    const judgement = await judged(golden(25).cases, askBy(fails), askBy(fails))
    expect(decide(judgement, 1, rules)).toMatchObject({
      verdict: 'pass',
      look_first: ['under the floor on main already (20/25 → 20/25, needs 23)'],
    })
  })

  test('many small losses are found by three runs of every case', async () => {
    // Head loses one of three runs in 20 of 40 cases; no flip is confirmed, because the other runs pass.
    const seen: string[] = []
    const judgement = await judged(
      golden(40).cases,
      always,
      askBy((id, i) => Number(id.slice(1)) % 2 === 0 || i !== Number(id.slice(1)) % 3, seen),
    )
    expect(judgement.broken).toEqual([])
    expect(judgement.stage2).toMatchObject({ k: 3, n: 40, sum: 20 })
    expect(judgement.p).toBeLessThan(0.001)
    expect(decide(judgement, judgement.p, rules)).toMatchObject({ verdict: 'blocked' })
  })

  test('a missing answer is incomplete on either side, never a failure', async () => {
    const gap = askBy((id) => (id === 'c7' ? null : true))
    for (const [base, head] of [
      [always, gap],
      [gap, always],
    ] as const) {
      const judgement = await judged(golden(25).cases, base, head)
      expect(decide(judgement, 1, rules)).toMatchObject({ verdict: 'incomplete', reason: 'missing-answers' })
    }
  })

  test('a missing rerun is incomplete', async () => {
    const judgement = await judged(
      golden(25).cases,
      always,
      askBy((id, i) => (id === 'c3' ? (i === 0 ? false : null) : true)),
    )
    expect(judgement.incomplete?.text).toContain('reruns of 1 flipped case')
    expect(decide(judgement, 1, rules).verdict).toBe('incomplete')
  })

  test('without a base the floor is literal', async () => {
    const good = await judged(golden(25).cases, null, always)
    expect(decide(good, null, rules)).toMatchObject({ verdict: 'pass', reason: 'no-baseline' })
    const poor = await judged(
      golden(25).cases,
      null,
      askBy((id) => !['c1', 'c2', 'c3'].includes(id)),
    )
    expect(decide(poor, null, rules)).toMatchObject({ verdict: 'blocked', reason: 'floor' })
  })

  test('swapping base and head turns worse into better', async () => {
    const some = askBy((id) => !['c1', 'c2'].includes(id))
    const forth = await judged(golden(25).cases, always, some)
    const back = await judged(golden(25).cases, some, always)
    expect([forth.counts.worse, forth.counts.better]).toEqual([back.counts.better, back.counts.worse])
    expect(decide(back, back.p, rules).verdict).toBe('pass')
  })

  test('over several prompts the first word that applies wins', () => {
    const pass = { verdict: 'pass', reason: 'no-change-detected' } as const
    const blocked = { verdict: 'blocked', reason: 'broken' } as const
    const incomplete = { verdict: 'incomplete', reason: 'outage' } as const
    expect(overall([pass, blocked, incomplete], false)).toEqual(incomplete)
    expect(overall([pass, blocked], false)).toEqual(blocked)
    expect(overall([pass, incomplete], true)).toEqual({ verdict: 'blocked', reason: 'lint' })
    expect(overall([], false)).toEqual({ verdict: 'pass', reason: 'nothing-to-check' })
  })
})

describe('evidence', () => {
  const cases = golden(2).cases
  const base = side('base', 'old')
  const head = side('head', 'new')
  const lineOf = (of: Side, c: Case, i = 0) => {
    const built = buildRequest(of, c, i)
    if (!built.ok) throw new Error(built.problem)
    const answer = {
      key: requestKey(built.request),
      text: 'x',
      toolCalls: [],
      model: 'm',
      responseModel: null,
      fingerprint: null,
      finish: 'stop',
      usage: null,
      latencyMs: 1,
      at: '2026-11-20T00:00:00Z',
      by: 'dev',
      evidence: 'measured',
    } as Answer
    return { request: built.request, line: toTapeLine(answer, c.id, i) }
  }
  const keys = keysOf(base, cases)

  test("a line of base's tape is recorded only for a request that base itself makes", async () => {
    const own = lineOf(base, cases[0]!, 3)
    const ahead = lineOf(head, cases[0]!)
    const find = finder(
      { base: memoryTape([own.line, ahead.line]), head: memoryTape(), measured: memoryTape() },
      keys,
      true,
    )
    expect((await find(own.request))?.evidence).toBe('recorded')
    expect((await find(ahead.request))?.evidence).toBe('claimed')
  })

  test('claimed lines are not found where they do not count', async () => {
    const claimed = lineOf(head, cases[0]!)
    const origins = { base: memoryTape(), head: memoryTape([claimed.line]), measured: memoryTape() }
    expect(await finder(origins, keys, false)(claimed.request)).toBeUndefined()
    expect(
      (await finder({ ...origins, measured: memoryTape([claimed.line]) }, keys, false)(claimed.request))?.evidence,
    ).toBe('measured')
  })

  test.each<['auto' | boolean, boolean, boolean, boolean]>([
    ['auto', false, false, true],
    ['auto', false, true, false],
    ['auto', true, false, false],
    [true, false, true, true],
    [true, true, false, false],
    [false, false, false, false],
  ])('accept_claimed %s, fork %s, key %s: %s', (setting, fork, hasKey, counts) => {
    expect(claimedCounts(setting, { fork, hasKey })).toBe(counts)
  })
})

test('a set that is too large is asked critical cases first, the same ones every time', () => {
  const cases = golden(30, (i) => (i === 29 ? ', critical: true' : '')).cases
  const fit = fitCases(cases, 10).map((c) => c.id)
  expect(fit).toHaveLength(10)
  expect(fit).toContain('c29')
  expect(
    fitCases(cases.toReversed(), 10)
      .map((c) => c.id)
      .toSorted(),
  ).toEqual(fit.toSorted())
})

test('a test change names added, removed and edited cases, not moved ones', () => {
  const before = golden(3)
  expect(testChange(before, golden(3))).toBeNull()
  const after = golden(4, (i) => (i === 1 ? ', tags: [x]' : ''))
  expect(testChange(before, after)).toEqual({ added: ['c3'], removed: [], edited: ['c1'], other: [] })
})
