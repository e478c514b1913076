import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { loadEngine, type Engine } from './engine.ts'
import { model, modelFile, sha256 } from './model.ts'
import { BadRequest, parseChatRequest } from './request.ts'

const MAX_BODY_BYTES = 1024 * 1024

/** Serves the model on 127.0.0.1; port 0 takes any free one. `url` ends in /v1. */
export async function startServer(options: {
  port: number
  modelPath?: string
}): Promise<{ url: string; close(): Promise<void> }> {
  const modelPath = options.modelPath ?? modelFile()
  const digest = await sha256(modelPath)
  if (digest !== model.sha256)
    throw new Error(`${modelPath} has SHA-256 ${digest}, expected ${model.sha256}. Run "npm run fetch".`)
  const engine = await loadEngine(modelPath)
  const handle = route(engine)
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await engine.dispose()
    },
  }
}

function route(engine: Engine) {
  const inTurn = queue()
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const path = request.url?.split('?')[0]
      if (request.method === 'GET' && path === '/v1/models') {
        send(response, 200, {
          object: 'list',
          data: [{ id: model.id, object: 'model', created: 0, owned_by: 'local' }],
        })
      } else if (request.method === 'POST' && path === '/v1/chat/completions') {
        await complete(engine, inTurn, await readJson(request), response)
      } else {
        sendError(response, 404, null, `There is no ${request.method} ${path}.`)
      }
    } catch (error) {
      if (error instanceof BadRequest) sendError(response, 400, error.param, error.message)
      else sendError(response, 500, null, String(error))
    }
  }
}

async function complete(
  engine: Engine,
  inTurn: ReturnType<typeof queue>,
  body: unknown,
  response: ServerResponse,
): Promise<void> {
  const request = parseChatRequest(body)
  if (request.model !== model.id && request.model !== model.name) {
    return sendError(response, 404, 'model', `Model "${request.model}" is not served here; this is "${model.id}".`)
  }
  const answer = await inTurn(() => engine.answer(request))
  const created = Math.floor(Date.now() / 1000)
  send(response, 200, {
    id: `chatcmpl-${created.toString(36)}-${answer.promptTokens}`,
    object: 'chat.completion',
    created,
    model: model.id,
    system_fingerprint: `${engine.runtime}-${model.sha256.slice(0, 12)}`,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: answer.text, refusal: null },
        logprobs: null,
        finish_reason: answer.finish,
      },
    ],
    usage: {
      prompt_tokens: answer.promptTokens,
      completion_tokens: answer.completionTokens,
      total_tokens: answer.promptTokens + answer.completionTokens,
    },
  })
}

/** Runs tasks one after another, in the order they came. */
function queue(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const turn = last.then(task)
    last = turn.catch(() => undefined)
    return turn
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) throw new BadRequest('body', 'The body is over 1 MiB.')
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new BadRequest('body', 'The body is not JSON.')
  }
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

function sendError(response: ServerResponse, status: number, param: string | null, message: string): void {
  const type = status < 500 ? 'invalid_request_error' : 'server_error'
  send(response, status, { error: { message, type, param, code: null } })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.argv[2] ?? 0)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    console.error(`"${process.argv[2]}" is not a port. Usage: node server.ts [PORT]`)
    process.exit(2)
  }
  const server = await startServer({ port })
  console.log(`listening on ${server.url}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void server.close().then(() => process.exit(0)))
}
