import { type Clock, systemClock } from '@keepup/core'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'

import { type ClientSession, openClientSession } from './client-session.ts'
import { createMcpServer } from './create-mcp-server.ts'
import type { HttpDefences } from './http-defences.ts'
import { httpError } from './http-error.ts'
import type { ServeParts } from './serve-parts.ts'

/** @limit How many clients of the versions with sessions may be connected; for a further one, the longest idle is forgotten. */
const mostSessions = 64
/** @limit In milliseconds: a session is forgotten that was not spoken to for so long. */
const longestIdle = 60 * 60 * 1_000

interface LegacySession {
  readonly transport: WebStandardStreamableHTTPServerTransport
  readonly session: ClientSession
  used: number
}

/** Clients of the versions up to 2025-11-25 over HTTP, each in its session. */
export interface LegacySessions extends AsyncDisposable {
  fetch(request: Request): Promise<Response>
  /** Calls that are not over. */
  readonly open: number
}

/** Keeps sessions: begun by `initialize`, ended by DELETE, by silence, or for want of room where no call is under way. */
export function createLegacySessions(
  parts: ServeParts,
  {
    sessionId,
    maxRequestBodySize,
  }: Pick<HttpDefences, 'sessionId'> & { readonly maxRequestBodySize: number },
): LegacySessions {
  const sessions = new Map<string, LegacySession>()
  const clock: Clock = parts.clock ?? systemClock
  const ending = new Set<Promise<void>>()

  function end(id: string): void {
    const found = sessions.get(id)
    if (found === undefined) return
    sessions.delete(id)
    const done = endSession(found, parts).finally(() => ending.delete(done))
    ending.add(done)
  }

  /** Whether there is room for one more. */
  function makeRoom(): boolean {
    const idle = [...sessions]
      .filter(([, { session }]) => session.open === 0)
      .toSorted(([, a], [, b]) => a.used - b.used)
    for (const [id, { used }] of idle) if (clock.now() - used > longestIdle) end(id)
    const [oldest] = idle
    if (sessions.size >= mostSessions && oldest !== undefined) end(oldest[0])
    return sessions.size < mostSessions
  }

  async function begin(request: Request): Promise<Response> {
    if (!makeRoom()) return noRoom()
    const session = openClientSession(parts)
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: sessionId,
      maxRequestBodySize,
      onsessioninitialized: (id) => void sessions.set(id, { transport, session, used: clock.now() }),
      onsessionclosed: end,
    })
    await createMcpServer(parts, () => session).connect(transport)
    const response = await transport.handleRequest(request)
    if (transport.sessionId === undefined) await transport.close()
    return response
  }

  return {
    async fetch(request) {
      const id = request.headers.get('mcp-session-id')
      if (id === null) return begin(request)
      const found = sessions.get(id)
      if (found === undefined) return unknownSession()
      found.used = clock.now()
      return found.transport.handleRequest(request)
    },
    get open() {
      return [...sessions.values()].reduce((sum, { session }) => sum + session.open, 0)
    },
    async [Symbol.asyncDispose]() {
      for (const id of sessions.keys()) end(id)
      await Promise.all(ending)
    },
  }
}

async function endSession({ session, transport }: LegacySession, { note }: ServeParts): Promise<void> {
  try {
    await session[Symbol.asyncDispose]()
    await transport.close()
  } catch (error) {
    note?.(`A session did not end well: ${String(error)}`)
  }
}

const noRoom = (): Response =>
  httpError(503, 'Too many clients are connected, and each has calls under way. Try again later.')

const unknownSession = (): Response =>
  httpError(
    404,
    'Session not found: it ended, or this server was started anew. Send initialize again.',
    -32_001,
  )
