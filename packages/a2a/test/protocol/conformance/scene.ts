import { afterAll, beforeAll } from 'vitest'

import type { ServedA2a } from '../../../src/protocol/server/index.ts'
import { at, type Binding, bindingsOf, type Json } from '../bindings.ts'
import { cardText, said, start } from '../served.ts'

/** The bindings of the protocol. */
export const names = ['JSONRPC', 'HTTP+JSON', 'GRPC'] as const

/** One of {@link names}. */
export type Name = (typeof names)[number]

/** A task, by its names. */
export interface TaskJson {
  readonly id: string
  readonly contextId: string
}

/** The demo agent, served with everything and with little. */
export interface Scene {
  readonly served: () => ServedA2a
  readonly using: (name: Name) => Binding
  /** The same of a server whose card offers neither streams nor notifications, and requires an extension. */
  readonly usingBare: (name: Name) => Binding
  /** A task in the state that a scenario of the kit leads to. */
  readonly taskOf: (binding: Binding, prefix: string, more?: object) => Promise<TaskJson>
}

/** Serves before the tests of a file, and ends after them. */
export function openScene(): Scene {
  let served: ServedA2a | undefined
  let bare: ServedA2a | undefined
  let bindings: readonly Binding[] = []
  let bareBindings: readonly Binding[] = []
  beforeAll(async () => {
    served = await start({ cardWithoutVersion: '1.0' }, { grpcPort: 0 })
    bindings = await bindingsOf(served.card)
    const extensions = [{ uri: 'urn:test:needed', description: '', required: true, params: undefined }]
    const capabilities = { streaming: false, pushNotifications: false, extensions }
    bare = await start({ card: { ...cardText, capabilities } }, { grpcPort: 0 })
    bareBindings = await bindingsOf(bare.card)
  })
  afterAll(async () => {
    await served?.[Symbol.asyncDispose]()
    await bare?.[Symbol.asyncDispose]()
  })
  return {
    served: () => served ?? missing('the server'),
    using: (name) => bindings.find((binding) => binding.name === name) ?? missing(name),
    usingBare: (name) => bareBindings.find((binding) => binding.name === name) ?? missing(name),
    async taskOf(binding, prefix, more = {}) {
      const { result } = await binding.call('SendMessage', said('TCK', { messageId: `${prefix}-1`, ...more }))
      const task = at(result, 'task')
      if (typeof task !== 'object' || task === null) return missing('the task')
      return { ...task, id: String(at(task, 'id')), contextId: String(at(task, 'contextId')) }
    },
  }
}

function missing(what: string): never {
  throw new Error(`${what} is not there`)
}

/** The codes of refusals by binding (A2A 1.0.1, 5.4). */
const codes: Readonly<Record<string, Readonly<Record<Name, number>>>> = {
  TASK_NOT_FOUND: { JSONRPC: -32_001, 'HTTP+JSON': 404, GRPC: 5 },
  TASK_NOT_CANCELABLE: { JSONRPC: -32_002, 'HTTP+JSON': 400, GRPC: 9 },
  PUSH_NOTIFICATION_NOT_SUPPORTED: { JSONRPC: -32_003, 'HTTP+JSON': 400, GRPC: 9 },
  UNSUPPORTED_OPERATION: { JSONRPC: -32_004, 'HTTP+JSON': 400, GRPC: 9 },
  CONTENT_TYPE_NOT_SUPPORTED: { JSONRPC: -32_005, 'HTTP+JSON': 400, GRPC: 3 },
  EXTENSION_SUPPORT_REQUIRED: { JSONRPC: -32_008, 'HTTP+JSON': 400, GRPC: 9 },
  VERSION_NOT_SUPPORTED: { JSONRPC: -32_009, 'HTTP+JSON': 400, GRPC: 9 },
  INVALID_PARAMS: { JSONRPC: -32_602, 'HTTP+JSON': 400, GRPC: 3 },
}

/** What a refusal looks like. */
export function refusal(
  name: Name,
  reason: string,
): { readonly reason: string; readonly code: number | undefined } {
  return { reason, code: codes[reason]?.[name] }
}

/** What each event of a stream is. */
export function payloads(events: readonly Json[]): readonly string[] {
  return events.map((event) =>
    typeof event === 'object' && event !== null ? (Object.keys(event)[0] ?? '') : '',
  )
}
