import type {
  Append,
  Checkpointer,
  Clock,
  Entry,
  Flush,
  Fold,
  LeaseToken,
  Milliseconds,
  NewEntry,
  NewSignal,
  Owner,
  PendingSignal,
  Sequence,
  SignalId,
  ThreadId,
} from '@keepup/core'

/** What {@link OpenThread} is made of. */
export interface OpenThreadOptions<State> {
  readonly checkpointer: Checkpointer
  readonly thread: ThreadId
  readonly fold: Fold<State>
  /** Who holds the lease; this process when left out. */
  readonly owner?: Owner
  /** How long the lease lasts without renewal; 30,000 when left out. */
  readonly ttl?: Milliseconds
  readonly clock?: Clock
  /** A snapshot is written after so many entries at the earliest; 512 when left out, 0 for never. */
  readonly snapshotAfter?: number
  /** The kind of a thread that does not exist yet; `one` when left out. */
  readonly writers?: 'one' | 'many'
}

/** What goes with the entries of one append. */
export interface AppendOptions<State = unknown> {
  /** `process` when left out. */
  readonly flush?: Flush
  /** Signals that the entries account for. */
  readonly takes?: readonly SignalId[]
  /** What other threads get in the same commit. */
  readonly also?: readonly Append[]
  /** Signals sent in the same commit. */
  readonly signals?: readonly NewSignal[]
  /**
   * The state after these entries, from a caller that has folded them already, so that it is not done twice. Must be what the fold gives from the state at
   * the time of the call; it is left aside where something else was committed in between.
   */
  readonly state?: State
}

/**
 * A thread held by its lease: it renews the lease, commits in order, and folds what was committed. Disposing gives the lease back.
 */
export interface OpenThread<State> extends AsyncDisposable {
  readonly thread: ThreadId
  readonly token: LeaseToken
  readonly owner: Owner
  /**
   * The fold of everything committed so far. Where another process erased entries of it, it holds what they said until the thread is read anew: with the append
   * after a snapshot was refused for that, or when the thread is opened again. To forget at once, close it before erasing and open it afterwards.
   */
  readonly state: State
  /** The last committed sequence. */
  readonly head: Sequence
  /** Entries up to here were written before the latest fork or rewind. */
  readonly inherited: Sequence
  /** Aborted, with the `lease-lost` error as its reason, once another owner has or may have the thread: stop every effect. */
  readonly lost: AbortSignal
  /**
   * Appends in one commit; concurrent calls queue, in order. Resolves with the stored entries once they are as durable as `flush` says and the state
   * is folded. A failed commit changes nothing here. Leave the entries as they are until then.
   */
  append(entries: readonly NewEntry[], options?: AppendOptions<State>): Promise<readonly Entry[]>
  /** The signals that wait, in order of arrival. */
  pending(): Promise<readonly PendingSignal[]>
}
