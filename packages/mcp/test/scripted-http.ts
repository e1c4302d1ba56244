import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { onTestFinished } from 'vitest'

/** A message as it came. */
export interface Message {
  readonly id?: number | string
  readonly method: string
  readonly params: { readonly name?: string; readonly taskId?: string; readonly [name: string]: unknown }
}

/** A request, and what a server may do with it. */
export interface Exchange {
  readonly message: Message
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Answers with a result, in JSON. */
  readonly answer: (result: object, headers?: Record<string, string>) => void
  /** Begins a stream of events, and sends these. */
  readonly stream: (...events: readonly string[]) => void
}

/** A server by HTTP that does what a test says. */
export interface ScriptedServer {
  readonly url: string
  /** The methods of the messages that came, and of requests without one. */
  readonly seen: string[]
  count(method: string): number
  /** Breaks every connection, stops listening, and listens again on the same port. */
  stop(): Promise<void>
  restart(): Promise<void>
}

/** The handshake of 2025-11-25, for scripts that do not care for it. */
export function older(
  { message, answer, response }: Exchange,
  headers: Record<string, string> = {},
): boolean {
  if (message.method === 'initialize') {
    const serverInfo = { name: 'scripted', version: '0' }
    answer({ protocolVersion: '2025-11-25', capabilities: { tools: {}, resources: {} }, serverInfo }, headers)
  } else if (message.method === 'tools/list') {
    const inputSchema = { type: 'object' }
    answer({
      tools: [
        { name: 'once', inputSchema },
        { name: 'safe', inputSchema, annotations: { readOnlyHint: true } },
      ],
    })
  } else if (message.method === 'ping') answer({})
  else if (message.method === 'server/discover') response.writeHead(400).end('no such method')
  else if (message.id === undefined) response.writeHead(202).end()
  else return false
  return true
}

/** The beginning of 2026-07-28, the same. */
export function newer({ message, answer, response }: Exchange, tools: readonly object[]): boolean {
  if (message.method === 'server/discover') {
    const extensions = { 'io.modelcontextprotocol/tasks': {} }
    answer({
      resultType: 'complete',
      supportedVersions: ['2026-07-28'],
      capabilities: { tools: {}, extensions },
      ttlMs: 0,
      cacheScope: 'private',
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'scripted', version: '0' } },
    })
  } else if (message.method === 'tools/list') {
    answer({ resultType: 'complete', tools, ttlMs: 0, cacheScope: 'private' })
  } else if (message.id === undefined) response.writeHead(202).end()
  else return false
  return true
}

/** Starts it on a free port; it ends with the test. */
export async function startScripted(handle: (exchange: Exchange) => void): Promise<ScriptedServer> {
  const seen: string[] = []
  const http = createServer((request, response) => {
    if (request.method !== 'POST') {
      seen.push(request.method ?? '')
      response.writeHead(405).end()
      return
    }
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      const message: Message = JSON.parse(body)
      seen.push(message.method)
      handle({
        message,
        request,
        response,
        answer: (result, headers = {}) => {
          response.writeHead(200, { 'content-type': 'application/json', ...headers })
          response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }))
        },
        stream: (...events) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' })
          response.write(events.map((event) => `${event}\n\n`).join(''))
        },
      })
    })
  })
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => http.listen(port, '127.0.0.1', resolve))
  await listen(0)
  // It listens on a port, not on a path.
  const { port } = http.address() as AddressInfo
  const stop = async (): Promise<void> => {
    http.closeAllConnections()
    await new Promise((resolve) => http.close(resolve))
  }
  onTestFinished(stop)
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    seen,
    count: (method) => seen.filter((each) => each === method).length,
    stop,
    restart: () => listen(port),
  }
}
