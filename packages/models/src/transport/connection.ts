import type { Agent, IncomingMessage, RequestOptions } from 'node:http'

import { webModule, type WebModule } from './web-module.ts'

/** A POST to send. */
export interface PostRequest {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Aborting destroys the socket. */
  readonly signal: AbortSignal
  connected(): void
}

/** Sends requests to one server. */
export interface Connection {
  /** Resolves with the head of the answer; the body follows. Rejects with Node's error. */
  post(request: PostRequest): Promise<IncomingMessage>
}

/**
 * A connection that reuses sockets between calls. An idle socket does not keep the process alive. A reused socket that the server had already closed
 * is replaced once, on a fresh one: nothing of the answer had arrived.
 */
export function createConnection(): Connection {
  const agents = new Map<string, Agent>()

  function open(request: PostRequest, fresh: boolean): Promise<IncomingMessage> {
    const { protocol } = request.url
    const web = webModule(protocol)
    if (!agents.has(protocol)) agents.set(protocol, new web.Agent({ keepAlive: true, maxFreeSockets: 4 }))
    const agent = fresh ? new web.Agent({ keepAlive: false }) : agents.get(protocol)
    return send(web, request, agent)
  }

  return {
    async post(request) {
      try {
        return await open(request, false)
      } catch (error) {
        if (!(error instanceof Error) || !('reusedSocket' in error) || request.signal.aborted) throw error
        return open(request, true)
      }
    },
  }
}

function send(web: WebModule, request: PostRequest, agent: Agent | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { ...request.headers, 'content-length': String(Buffer.byteLength(request.body)) }
    const options: RequestOptions = { method: 'POST', headers, ...(agent === undefined ? {} : { agent }) }
    const outgoing = web.request(request.url, options)
    const abort = (): void => void outgoing.destroy(new Error('The call was ended'))
    request.signal.addEventListener('abort', abort, { once: true })
    outgoing.once('close', () => request.signal.removeEventListener('abort', abort))
    outgoing.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => request.connected())
      else request.connected()
    })
    outgoing.once('response', resolve)
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const closed = error.code === 'ECONNRESET' || error.code === 'EPIPE'
      reject(closed && outgoing.reusedSocket ? Object.assign(error, { reusedSocket: true }) : error)
    })
    outgoing.end(request.body)
    if (request.signal.aborted) abort()
  })
}
