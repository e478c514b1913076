import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  startLoopbackProvider,
  type LoopbackProvider,
  type ProviderFault,
  type ProviderReply,
} from './loopback-provider.ts'

let provider: LoopbackProvider
beforeEach(async () => {
  provider = await startLoopbackProvider(({ prompt }) => `You said: ${prompt}`)
})
afterEach(() => provider.close())

const chat = { model: 'gpt-4o-2024-08-06', messages: [{ role: 'user', content: 'Hello' }] }
async function post(path = '/chat/completions', body: unknown = chat, signal?: AbortSignal) {
  const reply = await fetch(provider.url + path, { method: 'POST', body: JSON.stringify(body), signal })
  return { status: reply.status, headers: reply.headers, text: await reply.text() }
}
const json = async (path?: string, body?: unknown) => JSON.parse((await post(path, body)).text)

test('both APIs are answered by one function, with usage', async () => {
  expect(await json()).toMatchObject({
    model: 'gpt-4o-2024-08-06',
    choices: [{ message: { content: 'You said: Hello' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 2, completion_tokens: 4, total_tokens: 6 },
  })
  const input = [{ role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }]
  expect(await json('/responses', { model: 'm', instructions: 'Be kind.', input })).toMatchObject({
    status: 'completed',
    output: [{ type: 'message', content: [{ type: 'output_text', text: 'You said: Hello' }] }],
    usage: { input_tokens: 4, output_tokens: 4 },
  })
  expect(provider.requests.map(({ n, api, messages }) => [n, api, messages.length])).toEqual([
    [1, 'chat', 1],
    [2, 'responses', 2],
  ])
})

test('an answer may be cut off, refused, made of tool calls, without usage, or of another model', async () => {
  const replies: ProviderReply[] = [
    { text: 'half', finish: 'length' },
    { refusal: 'I cannot help with that.' },
    { toolCalls: [{ name: 'look', arguments: '{}' }] },
    { text: 'free', usage: null, model: 'gpt-4o-2024-11-20' },
  ]
  provider.answer(({ n }) => replies[(n - 1) % 4] ?? '')
  const [cut, refused, called, free] = [await json(), await json(), await json(), await json()]
  expect(cut.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'half' } })
  expect(refused.choices[0].message).toMatchObject({ content: null, refusal: 'I cannot help with that.' })
  expect(called.choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } })
  expect([free.usage, free.model]).toEqual([undefined, 'gpt-4o-2024-11-20'])

  const other = { model: 'm', input: 'Hi' }
  expect(await json('/responses', other)).toMatchObject({
    status: 'incomplete',
    incomplete_details: { reason: 'max_output_tokens' },
  })
  expect((await json('/responses', other)).output[0].content[0].type).toBe('refusal')
  expect((await json('/responses', other)).output).toMatchObject([{ type: 'function_call', name: 'look' }])
})

test('what a provider can do wrong', async () => {
  const faulty = async (fault: ProviderFault, signal?: AbortSignal) => {
    provider.answer(() => fault)
    return post(undefined, undefined, signal)
  }
  const limited = await faulty({ kind: 'rate-limit', retryAfter: 7 })
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7'])
  expect(await faulty({ kind: 'error', status: 500 })).toMatchObject({ status: 500 })
  const page = await faulty({ kind: 'html' })
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html'])
  const broken = await faulty({ kind: 'malformed' })
  expect(broken.status).toBe(200)
  expect(() => JSON.parse(broken.text)).toThrow(SyntaxError)
  await expect(faulty({ kind: 'reset' })).rejects.toThrow('fetch failed')
  await expect(faulty({ kind: 'hang' }, AbortSignal.timeout(100))).rejects.toThrow('timeout')
  expect(provider.requests).toHaveLength(6)
})
