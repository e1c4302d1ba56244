import type { Readable, Writable } from 'node:stream'

import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio'

import { type ClientSession, openClientSession } from './client-session.ts'
import { createMcpServer } from './create-mcp-server.ts'
import type { ServeParts } from './serve-parts.ts'

/** @limit In bytes: a longer message ends the connection. */
const mostMessage = 16 * 1024 * 1024

/** A connection that is served. Disposing of it ends it. */
export interface ServedConnection extends AsyncDisposable {
  /** Resolves once the client is gone or the connection was ended, and everything is recorded. */
  readonly closed: Promise<void>
  /** Where the calls of the client are recorded. */
  readonly thread: string
}

/**
 * Serves one client over two streams, of every protocol version from 2024-10-07 to 2026-07-28. Nothing but the protocol is written to `output`. Once `input` ends, what
 * is under way is interrupted and recorded.
 */
export function serveMcpStdio(
  parts: ServeParts,
  { input, output }: { readonly input: Readable; readonly output: Writable },
): ServedConnection {
  const session: ClientSession = openClientSession(parts)
  const transport = new StdioServerTransport(input, output, { maxBufferSize: mostMessage })
  const handle = serveStdio(() => createMcpServer(parts, () => session), {
    transport,
    onerror: (error) => parts.note?.(error.message),
  })
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>()
  // The SDK has its own listener, which comes first.
  const close = transport.onclose
  // eslint-disable-next-line unicorn/prefer-add-event-listener -- a transport of the SDK has no other way
  transport.onclose = () => {
    close?.()
    leave()
  }
  const closed = gone.then(() => session[Symbol.asyncDispose]())
  return {
    closed,
    thread: session.thread,
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]()
      await handle.close()
      leave()
      await closed
    },
  }
}
