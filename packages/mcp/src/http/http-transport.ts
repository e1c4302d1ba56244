import type { FetchMiddleware, KeepupError } from '@keepup/core'
import {
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client'

import { lostAnswer } from '../connection/request-failure.ts'
import type { HttpTransport } from '../server-definition.ts'
import { guardFetch } from './guard-fetch.ts'

/** What a transport by HTTP is made of. */
export interface HttpParts {
  readonly transport: HttpTransport
  readonly authorise: FetchMiddleware | undefined
}

/** A transport of the SDK, and what it hides. */
export interface OpenedHttp {
  readonly transport: Transport
  /** What a middleware said last when it refused a request. */
  refusal(): KeepupError | undefined
  /** Tells the server that its session is over, where there is one, without waiting long. */
  leave(): Promise<void>
}

/** How a broken stream is opened again: for about four minutes, with growing pauses. */
const reconnectionOptions = {
  initialReconnectionDelay: 1_000,
  maxReconnectionDelay: 30_000,
  reconnectionDelayGrowFactor: 1.5,
  maxRetries: 12,
}
/** How long a server may take to hear that its session is over, in milliseconds. */
const leaving = 1_000

const plain: typeof fetch = (input, init) => fetch(input, init)

/** Opens streamable HTTP, or the SSE transport of version 2024-11-05. Nothing is sent yet. */
export function openHttp({ transport: { type, url, headers }, authorise }: HttpParts): OpenedHttp {
  let refusal: KeepupError | undefined
  const guarded = guardFetch(authorise?.(plain) ?? plain, {
    refused: (error) => (refusal = error),
    // An answer to the handshake is not waited for elsewhere; any other request gets an error in place of its answer.
    lost: (id) => {
      const message = 'The connection was lost before the answer came.'
      transport.onmessage?.({ jsonrpc: '2.0', id, error: { code: lostAnswer, message } })
    },
    streamEnded: () => {
      // The old transport opens a new session by itself, which nobody has initialized.
      if (type === 'sse') void transport.close()
    },
  })
  const options = { fetch: guarded, requestInit: { headers: { ...headers } } }
  const transport: Transport & { terminateSession?: () => Promise<void> } =
    type === 'sse'
      ? // eslint-disable-next-line typescript/no-deprecated -- servers of version 2024-11-05 speak nothing else
        new SSEClientTransport(new URL(url), options)
      : new StreamableHTTPClientTransport(new URL(url), { ...options, reconnectionOptions })
  return {
    transport,
    refusal: () => refusal,
    async leave() {
      if (transport.sessionId === undefined || transport.terminateSession === undefined) return
      const told = transport.terminateSession().catch(() => {})
      await Promise.race([told, new Promise((resolve) => setTimeout(resolve, leaving).unref())])
    },
  }
}
