import type { ThreadId, Timestamp } from '@keepup/core'

import type { RunReason, WorkerFacts } from '../run-queue.ts'

/** A job as it is kept. A thread has at most one of each state. */
export interface JobRow {
  readonly id: string
  readonly state: 'waiting' | 'claimed' | 'dead'
  readonly thread: ThreadId
  readonly reason: RunReason
  readonly tenant: string
  readonly priority: number
  /** Not claimed before. */
  readonly after: Timestamp
  /** Only for workers of a higher version. */
  readonly above: number
  /** Attempts that were lost or failed. */
  readonly attempts: number
  /** What the last attempt failed with. */
  readonly failure?: string
  /** When it came to its state. */
  readonly since: Timestamp
  /** Who has claimed it, and until when. */
  readonly holder?: {
    readonly worker: string
    readonly owner: WorkerFacts['owner']
    readonly until: Timestamp
  }
}

/** The rows of a queue, inside one transaction: synchronous, and nobody else writes meanwhile. */
export interface QueueRows {
  /** Jobs that wait and may be claimed by a worker of that version, in the order in which they are to be claimed. */
  due(now: Timestamp, version: number): Iterable<JobRow>
  find(thread: ThreadId, state: JobRow['state']): JobRow | undefined
  /** Those of one state, in the order in which they came to it. */
  all(state: JobRow['state']): readonly JobRow[]
  /** Adds a job, or replaces the one of its id. A new one comes last in its line. */
  put(job: JobRow): void
  remove(id: string): void
  /** How many claims of a tenant began after a moment. */
  starts(tenant: string, after: Timestamp): number
  noteStart(tenant: string, time: Timestamp): void
  workers(): readonly (WorkerFacts & { readonly seen: Timestamp })[]
  seeWorker(worker: WorkerFacts, time: Timestamp): void
  forgetWorkers(which: { readonly id: string } | { readonly seenBefore: Timestamp }): void
  isPaused(): boolean
  pause(isPaused: boolean): void
}
