import type { Milliseconds, Owner, Transaction } from '@keepup/core'

import type { RunQueue } from '../run-queue.ts'

/** What a queue of the suite is opened with. */
export interface QueueOrder {
  readonly attempts: number
  /** Whether an owner is provably dead. */
  readonly isOwnerDead: (owner: Owner) => boolean
}

/** A new, empty queue, for one check. */
export interface OpenQueue {
  readonly queue: RunQueue
  /** The same queue, as another process has it. */
  readonly another: () => Promise<RunQueue>
  /** Lets time pass, by the clock that claims and jobs are held against. */
  readonly pass: (duration: Milliseconds) => Promise<void>
  /** Opens a transaction of the database, which fails where `body` does; left out where there is none. */
  readonly transaction?: (body: (transaction: Transaction) => Promise<void>) => Promise<void>
  /** Closes it and deletes what it stored. */
  readonly dispose: () => Promise<void>
}

/** What the suite needs of a backend of queues. */
export interface QueueHarness {
  readonly create: (order: QueueOrder) => Promise<OpenQueue>
  /** How long a claim of these queues outlives a worker that does not extend it. */
  readonly patience: Milliseconds
}
