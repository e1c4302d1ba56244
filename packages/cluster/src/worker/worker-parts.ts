import type { Checkpointer, Clock, Milliseconds, Owner, RunAgent, ThreadId } from '@keepup/core'

import type { Claim, ClaimEnd, RunQueue, TenantLimits, WorkerFacts } from '../run-queue.ts'

/** What a worker is made of. */
export interface WorkerParts {
  readonly queue: RunQueue
  readonly checkpointer: Checkpointer
  /** Runs a thread, over the same checkpointer. It takes the lease, which alone says who may write. */
  readonly runAgent: RunAgent
  /** A name that no other worker has; made up when left out. */
  readonly id?: string
  /** Its version, as a whole number that grows: see `WorkerFacts`; 1 when left out. */
  readonly version?: number
  /** How many threads it runs at a time; 4 when left out. One that waits for an answer is none of them. */
  readonly concurrency?: number
  readonly tenants?: TenantLimits
  readonly clock?: Clock
  /** How often it looks for jobs besides when it is told; 1,000 when left out. */
  readonly poll?: Milliseconds
  /** How often it extends its claims: a few times within the patience of the queue; 3,000 when left out. */
  readonly beat?: Milliseconds
  /** How often it looks for threads that stand in no line; 2,000 when left out, `Infinity` for never. */
  readonly sweep?: Milliseconds
  /** How long runs may go on once it is to end, before they are handed over; 10,000 when left out. */
  readonly grace?: Milliseconds
  readonly isOwnerDead?: (owner: Owner) => boolean
  /** Learns of what it does. Must not throw. */
  readonly tell?: (news: WorkerNews) => void
}

/** What a worker does. */
export type WorkerNews =
  | { readonly type: 'claimed'; readonly claim: Claim }
  | {
      readonly type: 'settled'
      readonly claim: Claim
      readonly end: ClaimEnd
      /** `waiting`: for an answer. What went wrong stands in `error`. */
      readonly run: 'finished' | 'waiting' | 'handed-over' | 'failed' | 'nothing-to-do'
      readonly error?: unknown
    }
  | { readonly type: 'lost'; readonly thread: ThreadId }
  | { readonly type: 'found'; readonly threads: readonly ThreadId[] }
  | { readonly type: 'draining'; readonly runs: number }
  /** It could not look for jobs or tell that it lives: it tries again. */
  | { readonly type: 'troubled'; readonly error: unknown }

/** The parts, none left out. */
export type WholeParts = Required<Omit<WorkerParts, 'id' | 'isOwnerDead' | 'tenants' | 'version'>> &
  Pick<WorkerParts, 'isOwnerDead' | 'tenants'> & { readonly facts: WorkerFacts }
