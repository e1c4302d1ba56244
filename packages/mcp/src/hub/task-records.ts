import { createHash } from 'node:crypto'

import { transportHash } from '../connection/era-verdict.ts'
import { isObject } from '../connection/keep-raw.ts'
import type { HubStore } from '../hub-parts.ts'
import type { ServerDefinition } from '../server-definition.ts'

/** The tasks that calls became, by the keys of the calls. All of it can be lost. */
export interface TaskRecords {
  keep(call: string, task: string): void
  /** The task that a call became at this very server; `undefined` where none did, or none is known. */
  find(call: string): Promise<string | undefined>
}

/**
 * Keeps tasks in a store, each with the server that gave it: whoever knows the id of a task may ask for its result, so no other server that comes to bear the same name is
 * told of it.
 */
export function createTaskRecords(
  store: HubStore | undefined,
  definition: () => ServerDefinition,
): TaskRecords {
  const server = (): string => transportHash(definition().transport)
  return {
    keep(call, task) {
      void store?.set(keyOf(call), { task, server: server() }).catch(() => {})
    },
    async find(call) {
      const found = await store?.get(keyOf(call)).catch(() => undefined)
      if (!isObject(found) || found['server'] !== server()) return undefined
      return typeof found['task'] === 'string' ? found['task'] : undefined
    },
  }
}

function keyOf(call: string): string {
  return `task:${createHash('sha256').update(call).digest('hex')}`
}
