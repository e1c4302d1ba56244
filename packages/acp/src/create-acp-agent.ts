import { randomUUID } from 'node:crypto'

import {
  agent,
  type AgentApp,
  type AgentConnection,
  type InitializeRequest,
  type InitializeResponse,
  type Stream,
} from '@agentclientprotocol/sdk'
import { systemClock } from '@keepup/core'

import type { AcpParts } from './acp-parts.ts'
import { forkRequest } from './sessions/fork-request.ts'
import { openSessions, type Sessions } from './sessions/open-sessions.ts'
import { toRequestError } from './to-request-error.ts'

/** A connection with an editor. */
export interface AcpConnection {
  /** Resolves once the editor is gone, and everything that ran for it was interrupted, with a checkpoint. */
  readonly closed: Promise<void>
  /** Ends the connection as if the editor were gone. */
  close(): Promise<void>
}

/** An agent that editors can speak to. */
export interface AcpAgent {
  /** Serves one editor over a pair of streams of messages. Each connection has sessions of its own; their threads are everybody's. */
  connect(stream: Stream): AcpConnection
}

/** How long what runs may take to end once the editor is gone, in milliseconds. What does not is as after a kill: it can be gone on with. */
const patience = 900

/** Makes an agent of the Agent Client Protocol, version 1. A session is a thread of the store, under the same name: what an editor loses, the next one loads. */
export function createAcpAgent(parts: AcpParts): AcpAgent {
  return {
    connect(stream) {
      const { clock = systemClock } = parts
      const connected = Promise.withResolvers<AgentConnection>()
      const sessions = openSessions({ clock, newId: randomUUID, ...parts })
      const connection = serve(parts, sessions).connect(stream)
      connected.resolve(connection)
      const end = async (): Promise<void> => {
        const ended = new AbortController()
        const late = clock.sleep(patience, ended.signal).catch(() => {})
        await Promise.race([sessions.close(), late])
        ended.abort()
      }
      const closed = connection.closed.then(end)
      return {
        closed,
        async close() {
          // What still runs is told to the editor, as long as it listens.
          await end()
          connection.close()
          await closed
        },
      }
    },
  }
}

function serve(parts: AcpParts, sessions: Sessions): AgentApp {
  const { note } = parts
  /** Every failure is told as the protocol has it. */
  const told =
    <Context, Answer>(handle: (context: Context) => Promise<Answer> | Answer) =>
    async (context: Context): Promise<Answer> => {
      try {
        return await handle(context)
      } catch (error) {
        throw toRequestError(error, note)
      }
    }
  return agent({ name: parts.agent.name })
    .onRequest('initialize', ({ params }) => {
      sessions.meet(params.clientCapabilities ?? {})
      return initialized(parts, params)
    })
    .onRequest('authenticate', () => ({}))
    .onRequest(
      'session/new',
      told(({ params, client }) => sessions.begin(params, client)),
    )
    .onRequest(
      'session/load',
      told(({ params, client }) => sessions.load(params, client)),
    )
    .onRequest(
      'session/resume',
      told(({ params, client }) => sessions.resume(params, client)),
    )
    .onRequest(
      'session/fork',
      forkRequest,
      told(({ params, client }) => sessions.fork(params, client)),
    )
    .onRequest(
      'session/list',
      told(({ params }) => sessions.list(params)),
    )
    .onRequest(
      'session/close',
      told(({ params }) => sessions.end(params.sessionId)),
    )
    .onRequest(
      'session/delete',
      told(({ params }) => sessions.remove(params.sessionId)),
    )
    .onRequest(
      'session/set_mode',
      told(({ params }) => sessions.setMode(params)),
    )
    .onRequest(
      'session/set_config_option',
      told(({ params }) => sessions.setOption(params)),
    )
    .onRequest(
      'session/prompt',
      told(({ params }) => sessions.prompt(params)),
    )
    .onNotification('session/cancel', ({ params }) => void sessions.cancel(params.sessionId))
}

function initialized(
  { agent: agentInfo, authMethods }: AcpParts,
  request: InitializeRequest,
): InitializeResponse {
  const fork = { fork: {} }
  return {
    protocolVersion: 1,
    agentInfo,
    authMethods: [...(authMethods?.(request.clientCapabilities ?? {}) ?? [])],
    agentCapabilities: {
      loadSession: true,
      promptCapabilities: { image: true, audio: false, embeddedContext: true },
      mcpCapabilities: { http: true, sse: true },
      sessionCapabilities: { list: {}, resume: {}, close: {}, delete: {}, ...fork },
    },
  }
}
