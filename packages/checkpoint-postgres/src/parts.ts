import { createSalts, isOwnerDead } from '@keepup/checkpoint'
import type { Milliseconds, Owner, Timestamp } from '@keepup/core'
import type { PostgresDatabase } from '@keepup/database-postgres'

import { createLabelRows, type LabelRows } from './label-rows.ts'
import type { PostgresCheckpointerOptions } from './postgres-checkpointer.ts'
import { createThreadStates, type ThreadStates } from './thread-states.ts'

/** What the methods of a checkpointer work with. */
export interface Parts {
  readonly database: PostgresDatabase
  readonly newSalt: () => string
  readonly capacity: number
  readonly isOwnerDead: (owner: Owner) => boolean
  readonly poll: Milliseconds
  /** The moment that stands for the server's clock; `null` where that is to be used. */
  readonly given: () => Timestamp | null
  readonly labels: LabelRows
  /** Threads as they were seen last. */
  readonly states: ThreadStates
}

/** Every part over a database whose tables exist. */
export function createParts(database: PostgresDatabase, options: PostgresCheckpointerOptions): Parts {
  const { clock } = options
  return {
    database,
    newSalt: options.newSalt ?? createSalts(),
    capacity: options.capacity ?? 10_000,
    isOwnerDead: options.isOwnerDead ?? isOwnerDead,
    poll: options.poll ?? 1_000,
    given: () => clock?.now() ?? null,
    labels: createLabelRows(),
    states: createThreadStates(),
  }
}

/** The parts for an open transaction: what it sees must not be remembered beyond it, as it may be undone. */
export function partsWithin(parts: Parts): Parts {
  return { ...parts, labels: createLabelRows(), states: createThreadStates() }
}
