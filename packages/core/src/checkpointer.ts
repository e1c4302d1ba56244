import type { Milliseconds, Timestamp } from './clock.ts'
import type { Entry, NewEntry } from './entry.ts'
import type { FoldRef, StoredSnapshot } from './fold.ts'
import type { Hash, LeaseToken, Sequence, SignalId, ThreadId } from './identifiers.ts'
import type { Lease, Owner } from './lease.ts'
import type { NewSignal, PendingSignal, SignalReceipt } from './signal.ts'
import type { Transaction } from './transaction.ts'

/** How durable something is before its promise resolves: survives a kill of the process, or a loss of power. */
export type Flush = 'process' | 'power'

/** Where a thread's past lies: everything up to and with `at` of another thread. */
export interface Origin {
  readonly thread: ThreadId
  readonly at: Sequence
}

/** What one commit adds to one thread. */
export interface Append {
  readonly thread: ThreadId
  /** The head this was written for; `'head'` appends wherever the head is, only in threads with many writers. */
  readonly after: Sequence | 'head'
  /** The live lease's token. Left out only with `after: 'head'`. */
  readonly lease?: LeaseToken
  readonly entries: readonly NewEntry[]
  /** Signals that these entries account for. Each must be the head of its channel once those before it in this list are gone. */
  readonly takes?: readonly SignalId[]
  /** Only with `after: 0`, on a thread that does not exist: its kind. `many` takes appends `after: 'head'` without a lease. */
  readonly writers?: 'one' | 'many'
}

/** One atomic change over any number of threads. */
export interface Commit {
  readonly appends: readonly Append[]
  readonly signals?: readonly NewSignal[]
  readonly flush: Flush
}

/** A committed position of a thread: the thread as one commit left it. */
export interface Checkpoint {
  readonly thread: ThreadId
  readonly sequence: Sequence
  readonly hash: Hash
  /** The entries of this commit in this thread, as stored. Empty where every one of them was a known `id`. */
  readonly entries: readonly Entry[]
}

/** The effective history of a thread up to a position: origins and rewinds resolved. */
export interface ThreadView {
  readonly thread: ThreadId
  /** The physical head; 0 for a thread that does not exist. */
  readonly head: Sequence
  /** The position that was read: `head`, or what was asked for. */
  readonly at: Sequence
  /** The chain's hash at `at`. */
  readonly hash: Hash
  readonly origin?: Origin
  /** Entries up to here were written before the latest fork or rewind: what they left open did not stay open in this history. 0 for none. */
  readonly inherited: Sequence
  /** How many erasures have touched the thread's history in this store: goes with what is stored of a state that was folded from this view. Left out for 0. */
  readonly erasures?: number
  /** The newest usable snapshot of the fold that was asked for. Its version may be another one. */
  readonly snapshot?: StoredSnapshot
  /** The effective entries after the snapshot, or all. */
  readonly entries: readonly Entry[]
}

/** One committed position, without state. */
export interface CheckpointSummary {
  readonly thread: ThreadId
  readonly sequence: Sequence
  readonly time: Timestamp
  /** The types of the commit's entries, in order. */
  readonly types: readonly string[]
}

/** What can be told of a thread without reading its entries. */
export interface ThreadSummary {
  readonly thread: ThreadId
  readonly head: Sequence
  readonly created: Timestamp
  readonly updated: Timestamp
  readonly origin?: Origin
  readonly writers: 'one' | 'many'
  /** `until` of its last commit. */
  readonly due?: Timestamp
  /** How many signals wait. */
  readonly pending: number
  /** The live lease's owner. */
  readonly owner?: Owner
}

/** A page of something ordered. */
export interface Page {
  /** At most this many; unbounded when left out. */
  readonly limit?: number
}

/** Which data to destroy. `entries` left out: the whole thread with its signals, snapshots and unshared artifacts. */
export interface Erasure {
  readonly thread: ThreadId
  /** Only the data and salts of these entries: the chain stays verifiable and shows `erased`. */
  readonly entries?: readonly Sequence[]
  /** Where forks depend on it: fail with `thread-has-forks`, or erase them as well. */
  readonly forks: 'refuse' | 'cascade'
}

/** Which past to replace by its fold. */
export interface Pruning {
  readonly thread: ThreadId
  readonly lease: LeaseToken
  /** Entries up to and with this one are replaced by a base entry `thread-pruned { fold, state, replaced }`, truth from then on. */
  readonly through: Sequence
  readonly fold: FoldRef
  /** The storable state of `fold` at `through`. */
  readonly state: unknown
  /** `erasures` of the view that the state was folded from; 0 when left out. */
  readonly erasures?: number
  readonly time: Timestamp
}

/** What was destroyed, for the person who asked. */
export interface Receipt {
  readonly threads: readonly ThreadId[]
  readonly entries: number
  readonly signals: number
  readonly snapshots: number
  /** The hash of the head before, as a proof of what existed. */
  readonly hash: Hash
}

/** The type of the entry that hides what came after `to`. Every checkpointer understands it. */
export type ThreadRewound = NewEntry<'thread-rewound', { readonly to: Sequence }>

/**
 * A backend that keeps threads. Every sentence here is a test of the same words in `@keepup/testing`.
 *
 * All methods are safe to call concurrently, from any number of processes on the same database.
 */
export interface Checkpointer extends AsyncDisposable {
  /**
   * All or nothing over every thread named. Resolves to one checkpoint for each append, in order, once the commit is as durable as `flush` says.
   * An append without the live lease's token fails `lease-lost`; one after a taken sequence fails `checkpoint-conflict`; so does taking a signal
   * that is not the head of its channel. A value that the codec cannot give back exactly fails `value-not-storable`; a header that breaks its
   * rules fails `entry-invalid`; a named artifact that is not stored fails `artifact-unknown`. A thread is created by its first append.
   * Signals of the commit that find a full channel fail the whole commit (`database-busy`).
   */
  commit(batch: Commit): Promise<readonly Checkpoint[]>

  /**
   * Durable, unfenced, idempotent by id (also after it was taken), ordered per thread and channel. `answers:*` and `control` are never `full`.
   * Concurrent calls share a barrier.
   */
  signal(signals: readonly NewSignal[], flush: Flush): Promise<readonly SignalReceipt[]>

  /** The signals of a thread that wait, in order of arrival. */
  pending(thread: ThreadId): Promise<readonly PendingSignal[]>

  /**
   * The effective history up to `at` (the head when left out) as the newest usable snapshot of `fold` plus the entries after it. A thread that does
   * not exist reads as empty; a position that does not exist fails `checkpoint-unknown`. A stored entry that is damaged fails `thread-damaged`,
   * naming it.
   */
  read(thread: ThreadId, options?: { readonly at?: Sequence; readonly fold?: FoldRef }): Promise<ThreadView>

  /** The physical history after a sequence, for audit, streams and export: this thread's own entries, rewound ones included. */
  log(thread: ThreadId, after?: Sequence): AsyncIterable<Entry>

  /** This thread's own checkpoints, newest first, those before `before` when given. */
  history(thread: ThreadId, page?: Page & { readonly before?: Sequence }): AsyncIterable<CheckpointSummary>

  /** Threads, most recently changed first. `due`: only those whose wait has ended by then. */
  threads(query?: Page & { readonly due?: Timestamp }): AsyncIterable<ThreadSummary>

  /**
   * Own entries after `after` (the head when left out) and signals as they arrive, also from other processes, until `signal` is aborted. Every
   * entry exactly once and in order; a signal at least once unless it was taken first. Ends quietly when aborted or closed.
   */
  watch(
    thread: ThreadId,
    options: { readonly after?: Sequence; readonly signal: AbortSignal },
  ): AsyncIterable<{ readonly entry: Entry } | { readonly signal: PendingSignal }>

  /**
   * Makes `to` a thread whose past is `from`, without copying an entry: its first own entry follows `from.at`. Later entries of either are unseen by
   * the other; pending signals are not inherited. Fails `thread-unknown`, `checkpoint-unknown`, or `thread-exists`.
   */
  fork(from: Origin, to: ThreadId): Promise<void>

  /**
   * Takes the right to append, with a token greater than every earlier one of the thread. A live lease of another owner fails `lease-held`, with
   * `details.owner` and `details.expires`; a provably dead local owner's is taken at once, others' at expiry by the database's clock. A thread that
   * does not exist can be leased.
   */
  lease(thread: ThreadId, owner: Owner, ttl: Milliseconds): Promise<Lease>

  /** The same checkpointer inside an open transaction of its database: all or nothing with it. Fails `not-supported` where there is no database. */
  within(transaction: Transaction): Checkpointer

  /**
   * Stores a derived state. Keeps the newest few of a fold; one for a position that does not exist is ignored. With a token that is not the live
   * lease's it fails `lease-lost`: a holder that lost the thread may remember what was erased since, or a thread that had the name before.
   * Where entries of the thread's history were erased since the view whose `erasures` it gives, it fails `checkpoint-conflict` and stores nothing: the state
   * may hold them. Whoever folded it still remembers them, and may use that state for nothing that is stored: it must read the thread anew.
   */
  snapshot(thread: ThreadId, stored: StoredSnapshot, lease?: LeaseToken): Promise<void>

  /**
   * Destroys data for good; the receipt says what. Also in a thread that another process holds: no snapshot and no base entry of a state that was folded before
   * is stored afterwards. What the holder has in its memory is for the holder to forget: see `snapshot`.
   */
  erase(erasure: Erasure): Promise<Receipt>

  /**
   * Replaces a thread's oldest entries by their fold. Fails `lease-lost`, `checkpoint-unknown`, `thread-has-forks`; and, before the last
   * two, `checkpoint-conflict` where entries of its history were erased since the view whose `erasures` it gives.
   */
  prune(pruning: Pruning): Promise<Receipt>
}
