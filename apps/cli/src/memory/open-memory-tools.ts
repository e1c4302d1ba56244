import type { Tool } from '@keepup/core'
import { memoryTools, threadMemory } from '@keepup/memory'

import type { Environment } from '../host.ts'
import type { Settings } from '../settings/setting.ts'
import { openStore, placeOf } from '../store.ts'
import { openMemoryOf } from './open-memory.ts'

/** The tools of a memory, open. */
export interface OpenedMemoryTools extends AsyncDisposable {
  readonly tools: readonly Tool[]
}

/** Opens `recall` and `remember` over the memory of a project in the store of a run. */
export async function openMemoryTools(
  settings: Settings,
  environment: Environment,
  folder: string,
): Promise<OpenedMemoryTools> {
  const place = placeOf(settings, environment)
  const store = await openStore(place)
  const opened = await openMemoryOf(store, place.path)
  const { memory, checkpointer } = opened
  const tools = memoryTools({
    memory,
    scopeOf: async (thread) => (await threadMemory(memory, checkpointer, thread, { project: folder })).scope,
  })
  return {
    tools,
    [Symbol.asyncDispose]: async () => {
      await opened[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}
