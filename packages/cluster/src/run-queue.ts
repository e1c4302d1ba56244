import type { Milliseconds, Owner, ThreadId, Timestamp, Transaction } from '@keepup/core'

/**
 * Why a thread is to be run: a message was submitted to it, a question of it was answered, it was sent a signal, its wait is over, whoever ran it is gone, or a worker
 * that ended handed it over.
 */
export type RunReason = 'submitted' | 'answered' | 'signalled' | 'due' | 'cut-off' | 'handed-over'

/** A thread that is to be run. What is to be done stands in the thread, nowhere else. */
export interface NewJob {
  readonly thread: ThreadId
  readonly reason: RunReason
  /** On whose behalf: limits are counted by it. `default` when left out. */
  readonly tenant?: string
  /** Higher ones are claimed first: a whole number from -100 to 100; 0 when left out. */
  readonly priority?: number
  /** Not claimed before. At once when left out. */
  readonly after?: Timestamp
  /** Only where the thread stands in no line: a job of it that waits or is claimed is left as it is. */
  readonly onlyIfMissing?: boolean
}

/** How much of a tenant's work may be under way. Unbounded where it is left out. */
export interface TenantLimit {
  /** Claims at one time. */
  readonly concurrency?: number
  /** Claims that begin in one minute by the clock of the database. */
  readonly perMinute?: number
}

/** Limits of tenants: those that are named have their own, each other one has `otherwise`. */
export interface TenantLimits {
  readonly otherwise?: TenantLimit
  readonly named?: Readonly<Record<string, TenantLimit>>
}

/** A worker, as the queue knows it. */
export interface WorkerFacts {
  readonly id: string
  readonly owner: Owner
  /** Its version as a whole number that grows: jobs for newer ones are not given to it. */
  readonly version: number
}

/** What a worker asks for. */
export interface ClaimRequest {
  readonly worker: WorkerFacts
  /** At most so many. */
  readonly limit: number
  readonly tenants?: TenantLimits
}

/** The right to run a thread, until it is settled or not extended in time. */
export interface Claim {
  readonly id: string
  readonly thread: ThreadId
  readonly reason: RunReason
  readonly tenant: string
  readonly priority: number
  /** From 1: one more for each claim of the job that was lost or failed. */
  readonly attempt: number
}

/**
 * What became of a claim. `done`: nothing more is to be done now. `again`: the same job waits for that long, which counts as no attempt. `failed`: it waits, longer each
 * time, and is dead once there were too many attempts. `newer`: it waits for a worker of a higher version than the one that had it.
 */
export type ClaimEnd =
  | { readonly type: 'done' }
  | { readonly type: 'again'; readonly after: Milliseconds }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'newer' }

/** A job that was given up. */
export interface DeadJob {
  readonly thread: ThreadId
  readonly tenant: string
  /** What the last attempt failed with; that its claims were lost, otherwise. */
  readonly reason: string
  readonly attempts: number
  readonly died: Timestamp
}

/** How a queue stands. */
export interface QueueStatus {
  /** No claims are given. */
  readonly paused: boolean
  /** Jobs that could be claimed now, as far as limits of tenants allow. */
  readonly waiting: number
  /** Jobs that wait for a moment that is still to come. */
  readonly deferred: number
  readonly claims: readonly ClaimStatus[]
  readonly dead: number
  readonly workers: readonly WorkerStatus[]
  readonly tenants: readonly { readonly tenant: string; readonly waiting: number; readonly claimed: number }[]
}

/** A claim that is held. */
export interface ClaimStatus {
  readonly thread: ThreadId
  readonly tenant: string
  /** The id of the worker that has it. */
  readonly worker: string
  readonly since: Timestamp
}

/** A worker that was heard of lately. */
export interface WorkerStatus extends WorkerFacts {
  /** When it asked or extended last. */
  readonly seen: Timestamp
  readonly claims: number
}

/**
 * Threads that want to be run, and who may run each. Every sentence here is a check of the same words in `@keepup/cluster/conformance`.
 *
 * A queue is a hint: losing a job or having it twice costs time, never a run, because the thread itself says what is to be done and its lease says who may do it. All
 * methods are safe to call concurrently, from any number of processes on the same database.
 */
export interface RunQueue extends AsyncDisposable {
  /**
   * Puts threads in line. A thread waits at most once: one that waits already is `known`, and is brought forward where the new job is due earlier. A thread that is
   * claimed may be put in line again; its job waits for the end of the claim. Joins a transaction of the database that the queue lies in, where one is given: all or
   * nothing with it. A job that is wanted only if it is missing changes none that waits, and waits behind none that is claimed. Fails `input-invalid` for a tenant or a priority that breaks its rules, and then puts nothing in line.
   */
  enqueue(jobs: readonly NewJob[], within?: Transaction): Promise<readonly ('queued' | 'known')[]>

  /**
   * Gives jobs that are due: those of the highest priority first, then those that were put in line first; of one call in no order. A thread is never claimed twice at a time. A tenant never
   * has more claims than its limits allow. A job for newer workers is left for them. Gives nothing while the queue is paused.
   */
  claim(request: ClaimRequest): Promise<readonly Claim[]>

  /**
   * Holds claims for the queue's patience from now on, and tells that the worker lives. Gives the ids of those that are lost: settled, or not extended in time and
   * taken away.
   */
  extend(worker: WorkerFacts, claims: readonly Claim[]): Promise<readonly string[]>

  /**
   * Ends a claim. A claim that is lost changes nothing, and says so. The claim of a process that is provably dead, and one that was not extended in time, is lost: its
   * job waits again, or is dead once there were too many attempts.
   */
  settle(claim: Claim, worker: WorkerFacts, end: ClaimEnd): Promise<'settled' | 'lost'>

  status(): Promise<QueueStatus>

  /** The jobs that were given up, oldest first. */
  dead(): Promise<readonly DeadJob[]>

  /** Puts dead jobs in line again, with all their attempts; those of these threads, or every one. Gives the threads. */
  redrive(threads?: readonly ThreadId[]): Promise<readonly ThreadId[]>

  /** Forgets dead jobs of these threads; gives those that there were. */
  discard(threads: readonly ThreadId[]): Promise<readonly ThreadId[]>

  /** Stops giving claims, in all processes, or goes on. What is claimed goes on. */
  pause(isPaused: boolean): Promise<void>

  /** Forgets that a worker lives; its claims stay as they are. */
  leave(worker: WorkerFacts): Promise<void>

  /** Calls `listener` when jobs may have come, until the returned function is called. It may be called for nothing, and not be called: look now and then as well. */
  listen(listener: () => void): () => void

  /** Runs `body` in one transaction of the database that the queue lies in. `undefined` where there is no database. */
  readonly transaction?: <T>(body: (transaction: Transaction) => Promise<T>) => Promise<T>
}
