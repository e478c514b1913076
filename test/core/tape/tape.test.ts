import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { requestKey } from '../../../core/src/tape/key.ts'
import { lineHash, lineProblem, toAnswer, toTapeLine } from '../../../core/src/tape/line.ts'
import { formatTape, parseTape } from '../../../core/src/tape/tape-text.ts'
import { layers, memoryTape } from '../../../core/src/tape/store.ts'
import type { Answer, ModelRequest } from '../../../core/src/tape/exchange.ts'
import type { JsonObject } from '../../../core/src/text/json.ts'

const request: ModelRequest = {
  adapter: 'openai.chat/1',
  model: 'gpt-4o-2024-11-20',
  messages: [{ role: 'user', content: 'Which day?' }],
  params: { temperature: 0.1, max_output_tokens: 80 },
  i: 0,
}

const answerTo = (asked: ModelRequest, text = 'Monday'): Answer => ({
  key: requestKey(asked),
  text,
  toolCalls: [],
  model: asked.model,
  responseModel: asked.model,
  fingerprint: null,
  finish: 'stop',
  usage: { inputTokens: 12, cachedInputTokens: 0, outputTokens: 3, reasoningTokens: 0 },
  latencyMs: 41.6,
  at: '2026-11-20T09:14:03Z',
  by: 'dev',
  evidence: 'measured',
})

describe('the key of a request', () => {
  test('is the SHA-256 of its canonical JSON', () => {
    // printf '{"adapter":…}' | sha256sum, members sorted: computed apart from the code.
    expect(requestKey({ adapter: 'a', model: 'm', messages: [], params: {}, i: 0 })).toBe(
      '7662ffe3aeeb376c1daa7f1bc049b766cdeabf8469cba782092f8f189177bc86',
    )
  })

  test('changes with every part that decides the answer', () => {
    const changed: ModelRequest[] = [
      { ...request, adapter: 'openai.responses/1' },
      { ...request, model: 'gpt-4o-mini' },
      { ...request, messages: [{ role: 'system', content: 'Which day?' }] },
      { ...request, messages: [{ role: 'user', content: 'Which day? ' }] },
      { ...request, params: { ...request.params, temperature: 0.2 } },
      { ...request, params: { ...request.params, seed: 1 } },
      { ...request, tools: [{ name: 'f' }] },
      { ...request, responseFormat: { type: 'json_object' } },
      { ...request, i: 1 },
    ]
    const keys = new Set([request, ...changed].map(requestKey))
    expect(keys.size).toBe(changed.length + 1)
  })

  test('does not change with the order of members or with members that are absent', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('temperature', 'seed', 'stop', 'top_p'), fc.integer()), (params) => {
        const reversed = Object.fromEntries(Object.entries(params).toReversed())
        expect(requestKey({ ...request, params })).toBe(requestKey({ ...request, params: reversed }))
        expect(requestKey({ ...request, params: { ...params, user: null } })).toBe(requestKey({ ...request, params }))
        expect(requestKey({ ...request, params, tools: [] })).toBe(requestKey({ ...request, params }))
      }),
    )
  })

  test('is refused for text that JSON cannot carry', () => {
    expect(() => requestKey({ ...request, messages: [{ role: 'user', content: '\ud800' }] })).toThrow(/messages/)
  })
})

describe('a tape line', () => {
  test('survives the way to the file and back', () => {
    const line = toTapeLine(answerTo(request), 'day-1', 0)
    const parsed = parseTape('t.jsonl', formatTape([line]))
    expect(parsed.findings).toEqual([])
    expect(toAnswer(parsed.lines[0]!, 'measured')).toEqual({ ...answerTo(request), latencyMs: 42 })
  })

  test('that was changed by hand is named with its place and not used; the others are', () => {
    const lines = [1, 2, 3].map((i) => toTapeLine(answerTo({ ...request, i }), `c${i}`, i))
    const text = formatTape(lines)
    const damaged = text.replace('"out":"Monday"', '"out":"Friday"')
    const parsed = parseTape('prompts/tapes/x.jsonl', damaged)
    expect(parsed.lines).toHaveLength(2)
    expect(parsed.findings).toMatchObject([{ path: 'prompts/tapes/x.jsonl', line: 1, rule: 'registry/schema' }])
    expect(parsed.findings[0]!.message).toContain('was changed after it was recorded')
    expect(parsed.findings[0]!.message).toContain('npx -y @assay/core@')
  })

  test('keeps members that a newer version added, and hashes them', () => {
    const { h: _, ...line } = toTapeLine(answerTo(request), 'day-1', 0) as unknown as JsonObject & { h: string }
    const richer = { ...line, note: 'kept' }
    expect(lineProblem({ ...richer, h: lineHash(richer) })).toBeNull()
    expect(lineProblem({ ...richer, h: lineHash(line) })).toContain('was changed')
  })

  test('that holds a secret is refused and the secret not shown', () => {
    const key = `sk-proj-${'a1B2'.repeat(10)}`
    const write = () => toTapeLine(answerTo(request, `the key is ${key}`), 'leak', 0)
    expect(write).toThrow(/OpenAI key/)
    expect(write).not.toThrow(new RegExp(key))
  })
})

describe('a tape', () => {
  test('reads conflict markers, torn lines and doubles without losing the rest', () => {
    const [a, b] = [0, 1].map((i) => toTapeLine(answerTo({ ...request, i }), 'c', i))
    const newer = toTapeLine({ ...answerTo(request, 'Tuesday'), at: '2026-11-21T00:00:00Z' }, 'c', 0)
    const rows = [a, newer, b].map((line) => JSON.stringify(line))
    const text = ['<<<<<<< HEAD', rows[0], '=======', rows[1], '>>>>>>> other', rows[2], rows[0]!.slice(0, 40)].join(
      '\n',
    )
    const parsed = parseTape('t.jsonl', text)
    expect(parsed.lines.map((line) => line.out).toSorted()).toEqual(['Monday', 'Tuesday'])
    expect(parsed.findings.map((finding) => finding.line)).toEqual([1, 3, 4, 5, 6, 7])
  })

  test('never throws, whatever is in the file', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json())), (rows) => {
        const { findings } = parseTape('t.jsonl', rows.join('\n'))
        for (const finding of findings) expect(finding.line).toBeGreaterThan(0)
      }),
    )
  })

  test('in layers: the first that has a key answers, writes go to the last', async () => {
    const line = toTapeLine(answerTo(request), 'c', 0)
    const other = toTapeLine(answerTo({ ...request, i: 1 }), 'c', 1)
    const [first, last] = [memoryTape([line]), memoryTape()]
    const both = layers([first, last])
    await both.put(other)
    expect(await both.get(line.k)).toBe(line)
    expect(await first.get(other.k)).toBeUndefined()
    expect(await last.get(other.k)).toBe(other)
  })
})
