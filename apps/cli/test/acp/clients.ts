import { client as newestClient, ndJsonStream } from '@agentclientprotocol/sdk'
import type { Json } from '@keepup/vitest/acp-frames'
import { ClientSideConnection, ndJsonStream as olderStream } from 'acp-sdk-older'

import type { StartedAgent } from './stage.ts'

/** An editor on one of the libraries that editors are made of. */
export interface Client {
  readonly updates: Json[]
  readonly asked: Json[]
  initialize(): Promise<unknown>
  begin(cwd: string): Promise<string>
  say(session: string, text: string): Promise<unknown>
  cancel(session: string): Promise<void>
  load(session: string, cwd: string): Promise<unknown>
  fork(session: string, cwd: string): Promise<string>
  list(): Promise<readonly string[]>
}

const allow = { outcome: { outcome: 'selected', optionId: 'allow' } } as const
const hello = { protocolVersion: 1, clientCapabilities: {} } as const

/** An editor on version 2.4 of the official library. */
export function newest({ input, output }: StartedAgent): Client {
  const [updates, asked]: [Json[], Json[]] = [[], []]
  const { agent } = newestClient()
    .onRequest('session/request_permission', ({ params }) => {
      asked.push(asJson(params))
      return allow
    })
    .onNotification('session/update', ({ params }) => void updates.push(asJson(params.update)))
    .connect(ndJsonStream(input, output))
  const prompt = (text: string) => [{ type: 'text', text } as const]
  return {
    updates,
    asked,
    initialize: () => agent.request('initialize', hello),
    begin: async (cwd) => (await agent.request('session/new', { cwd, mcpServers: [] })).sessionId,
    say: (sessionId, text) => agent.request('session/prompt', { sessionId, prompt: prompt(text) }),
    cancel: (sessionId) => agent.notify('session/cancel', { sessionId }),
    load: (sessionId, cwd) => agent.request('session/load', { sessionId, cwd, mcpServers: [] }),
    fork: async (sessionId, cwd) =>
      (await agent.request<{ sessionId: string }>('session/fork', { sessionId, cwd, mcpServers: [] }))
        .sessionId,
    list: async () => (await agent.request('session/list', {})).sessions.map(({ sessionId }) => sessionId),
  }
}

/** An editor on version 0.21, which extensions of today are built with. */
export function older({ input, output }: StartedAgent): Client {
  const [updates, asked]: [Json[], Json[]] = [[], []]
  const connection = new ClientSideConnection(
    () => ({
      async requestPermission(params) {
        asked.push(asJson(params))
        return allow
      },
      async sessionUpdate({ update }) {
        updates.push(asJson(update))
      },
    }),
    olderStream(input, output),
  )
  return {
    updates,
    asked,
    initialize: () => connection.initialize(hello),
    begin: async (cwd) => (await connection.newSession({ cwd, mcpServers: [] })).sessionId,
    say: (sessionId, text) => connection.prompt({ sessionId, prompt: [{ type: 'text', text }] }),
    cancel: (sessionId) => connection.cancel({ sessionId }),
    load: (sessionId, cwd) => connection.loadSession({ sessionId, cwd, mcpServers: [] }),
    fork: async (sessionId, cwd) =>
      (await connection.unstable_forkSession({ sessionId, cwd, mcpServers: [] })).sessionId,
    list: async () => (await connection.listSessions({})).sessions.map(({ sessionId }) => sessionId),
  }
}

function asJson(value: object): Json {
  return Object.fromEntries(Object.entries(value))
}
