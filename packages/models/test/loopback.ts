import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { JsonObject, ModelEvent, ModelRequest } from '@keepup/core'

/** A request as the loopback server got it. */
export interface Received {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly text: string
  readonly body: JsonObject
}

/** Answers one request. */
export type Answer = (response: ServerResponse, received: Received, nth: number) => void | Promise<void>

/** A server on the loopback interface that remembers what it was asked. */
export interface Loopback extends AsyncDisposable {
  readonly url: string
  readonly server: Server
  readonly received: Received[]
  /** Connections that were ever opened. */
  connections(): number
  /** Requests whose answer the client cut. */
  cut(): number
}

/** Starts one. */
export async function loopback(answer: Answer): Promise<Loopback> {
  const received: Received[] = []
  let connections = 0
  let cut = 0
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(Buffer.from(piece))
    const text = Buffer.concat(pieces).toString()
    const one = {
      path: request.url ?? '',
      headers: request.headers,
      text,
      body: JSON.parse(text || '{}') as JsonObject,
    }
    received.push(one)
    response.once('close', () => (cut += response.writableFinished ? 0 : 1))
    await answer(response, one, received.length)
  }
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    )
  })
  server.on('connection', () => (connections += 1))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A listening TCP server has a numbered address.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    received,
    connections: () => connections,
    cut: () => cut,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Sends events as a server-sent event stream and ends. */
export function sendEvents(response: ServerResponse, events: readonly (JsonObject | string)[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events)
    response.write(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`)
  response.end()
}

/** Sends bytes in pieces of `size`, each in its own packet as far as the system allows. */
export async function sendInPieces(
  response: ServerResponse,
  text: string,
  size: number,
  contentType = 'text/event-stream',
): Promise<void> {
  response.writeHead(200, { 'content-type': contentType })
  response.socket?.setNoDelay(true)
  const bytes = Buffer.from(text)
  for (let start = 0; start < bytes.length; start += size) {
    response.write(bytes.subarray(start, start + size))
    await new Promise((resolve) => setImmediate(resolve))
  }
  response.end()
}

/** A request with defaults for what a test does not care about. */
export function requestOf(parts: Partial<ModelRequest> = {}): ModelRequest {
  return {
    system: 'You are terse.',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
    tools: [],
    toolChoice: 'auto',
    ...parts,
  }
}

/** Everything a stream yields. */
export async function collect(stream: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const events: ModelEvent[] = []
  for await (const event of stream) events.push(event)
  return events
}

/** The last event, which must be `finished`. */
export async function finished(
  stream: AsyncIterable<ModelEvent>,
): Promise<Extract<ModelEvent, { type: 'finished' }>> {
  const last = (await collect(stream)).at(-1)
  if (last?.type !== 'finished') throw new Error(`The stream ended with ${JSON.stringify(last)}`)
  return last
}

/** The failure in the last event, which must be `failed`. */
export async function failed(
  stream: AsyncIterable<ModelEvent>,
): Promise<Extract<ModelEvent, { type: 'failed' }>> {
  const last = (await collect(stream)).at(-1)
  if (last?.type !== 'failed') throw new Error(`The stream ended with ${JSON.stringify(last)}`)
  return last
}

/** A signal that is never aborted. */
export const never = (): AbortSignal => new AbortController().signal
