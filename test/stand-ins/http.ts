import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Listening {
  url: string
  close(): Promise<void>
}

/** A server on a free loopback port. `close` also cuts connections that hang on purpose. */
export async function listen(handler: RequestListener): Promise<Listening> {
  const server = createServer(handler)
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** JSON if it is, else the text; `null` when there is none. */
export function parseBody(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** What can go wrong below the application. */
export type WireFault =
  | { kind: 'reset' }
  /** Takes the request and never answers. */
  | { kind: 'hang' }
  /** Status 200 and nothing. */
  | { kind: 'empty' }
  /** A page of a proxy or load balancer; the status is 502 unless given. */
  | { kind: 'html'; status?: number }
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string> }
  /** Status 200 with JSON that breaks off. */
  | { kind: 'malformed' }

export function sendFault(response: ServerResponse, fault: WireFault): void {
  switch (fault.kind) {
    case 'reset':
      response.destroy()
      return
    case 'hang':
      return
    case 'empty':
      response.writeHead(200, { 'content-type': 'application/json' }).end()
      return
    case 'html':
      response.writeHead(fault.status ?? 502, { 'content-type': 'text/html' })
      response.end(
        '<!doctype html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>',
      )
      return
    case 'malformed':
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "x", "choices": [')
      return
    case 'status':
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
      response.end(JSON.stringify(fault.body ?? { message: `Status ${fault.status}` }))
  }
}
