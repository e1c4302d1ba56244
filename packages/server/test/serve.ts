import { memoryCheckpointer } from '@keepup/checkpoint'
import type { Checkpointer, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { createRuntime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { onTestFinished } from 'vitest'

import { createServer, type KeepupServer, listen, type Listening, type ServerParts } from '../src/index.ts'

/** What requests must know. */
export const token = 'a-token-of-the-tests-0123456789'

/** A tool that must be asked about. */
export const dangerous: Tool = {
  name: 'delete',
  description: 'Deletes.',
  input: jsonSchema({ type: 'object' }),
  repeat: 'once',
  effects: () => [{ kind: 'delete', target: '/x' }],
  run: async () => ({ content: [{ type: 'text', text: 'deleted' }] }),
}

/** A server over a scripted agent, on a real port. */
export interface Served extends Listening, Pick<KeepupServer, 'goOn'> {
  readonly checkpointer: Checkpointer
  /** Asks with the token, unless other headers are given. */
  readonly ask: (path: string, body?: unknown, init?: RequestInit) => Promise<Response>
}

/** Serves until the test ends. */
export async function serve(
  steps: readonly object[] | 'no model' = [{ text: 'Hello.' }],
  more: Partial<ServerParts> = {},
): Promise<Served> {
  const checkpointer = more.checkpointer ?? memoryCheckpointer()
  const runtime =
    steps === 'no model'
      ? {}
      : { runtime: createRuntime({ model: scriptedModel({ steps }), checkpointer, tools: [dangerous] }) }
  let server: KeepupServer | undefined
  const listening = await listen(
    (hosts) => (server = createServer({ checkpointer, ...runtime, token, hosts, rate: 10_000, ...more })),
  )
  onTestFinished(() => listening.close())
  return {
    ...listening,
    goOn: async () => (await server?.goOn()) ?? [],
    checkpointer,
    ask: (path, body, init = {}) =>
      fetch(`${listening.url}${path}`, {
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...init,
      }),
  }
}

/** Waits until something holds. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10))
}
