import { runElsewhere } from '@keepup/cluster'
import { type AgentEvent, createEventEmitter } from '@keepup/core'
import type { Runtime } from '@keepup/runtime'

import type { CommandLine } from '../command-line.ts'
import type { Store } from '../store.ts'

/** What a server has threads run by, and what has to be ended with it. */
export interface ServedRuntime extends AsyncDisposable {
  readonly runtime: Pick<Runtime, 'events' | 'run'>
}

/** Has the workers of a store run what a server is asked for. What streams is not seen here: entries are, as they are recorded. */
export async function openWorkers({ host }: CommandLine, store: Store): Promise<ServedRuntime> {
  const queue = await store.runQueue()
  const { clock, newName: newId } = host
  return {
    runtime: {
      run: runElsewhere({ checkpointer: store.checkpointer, queue, clock, newId }),
      events: createEventEmitter<AgentEvent>(),
    },
    [Symbol.asyncDispose]: () => queue[Symbol.asyncDispose](),
  }
}
