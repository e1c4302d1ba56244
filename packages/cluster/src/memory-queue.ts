import { randomUUID } from 'node:crypto'

import { type Clock, KeepupError, type NewId, type Owner, systemClock } from '@keepup/core'

import { createListeners } from './listeners.ts'
import { memoryRows } from './memory-rows.ts'
import { type QueueSettings, wholeSettings } from './queue-settings.ts'
import type { RunQueue } from './run-queue.ts'
import { tableQueue } from './table/table-queue.ts'

/** The parts of {@link memoryQueue}. */
export interface MemoryQueueOptions extends QueueSettings {
  readonly clock?: Clock
  readonly newId?: NewId
  readonly isOwnerDead?: (owner: Owner) => boolean
}

/** A queue in this process, for tests and for those who need none that outlives it. */
export function memoryQueue(options: MemoryQueueOptions = {}): RunQueue {
  const rows = memoryRows()
  const { announce, listen } = createListeners()
  const { clock = systemClock, newId = randomUUID, isOwnerDead } = options
  return tableQueue({
    settings: wholeSettings(options),
    clock,
    newId,
    ...(isOwnerDead === undefined ? {} : { isOwnerDead }),
    run: async (body, within) => {
      if (within === undefined) return body(rows)
      throw new KeepupError(
        'not-supported',
        'A queue in memory joins no transaction. Put threads in line after the commit, or use a queue on a database.',
      )
    },
    announce,
    listen,
    close: () => Promise.resolve(),
  })
}
