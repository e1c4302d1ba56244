import type {
  ArtifactStore,
  Checkpointer,
  Clock,
  Hash,
  Milliseconds,
  Owner,
  Sequence,
  ThreadId,
  Transaction,
} from '@keepup/core'

/** What the suite asks of a new store. */
export interface StoreOptions {
  /** The database's clock. A database with a clock of its own ignores it and says `realClock`. */
  readonly clock: Clock
  /** How many signals a bounded channel holds. */
  readonly capacity: number
}

/** One store that a check may fill and break. */
export interface CheckpointerStore {
  readonly checkpointer: Checkpointer
  /** Where artifacts lie that its entries may name. */
  readonly artifacts?: ArtifactStore
  /** Closes it, and opens what it stored as another process would after a restart. Dispose only what it gives. */
  readonly reopen?: () => Promise<CheckpointerStore>
  /** A second connection to the same store, as another process would have. Disposed on its own, before the first. */
  readonly second?: () => Promise<CheckpointerStore>
  /** Runs the body in a transaction of the store's database, which is rolled back where the body rejects. */
  readonly transaction?: <T>(body: (transaction: Transaction) => Promise<T>) => Promise<T>
  /** Changes the stored data of an entry behind the checkpointer's back. */
  readonly damage?: (thread: ThreadId, sequence: Sequence) => Promise<void>
  /** Closes it and deletes what it stored. */
  dispose(): Promise<void>
}

/** How the backend under test tells processes apart. */
export interface Owners {
  /** The record of this process. */
  current(instance: string): Owner
  /** The module that exports `currentOwner(instance)`, for a child process that says its own record. */
  readonly module: string
  /** Where that module can be resolved from: `import.meta.dirname`. */
  readonly directory: string
}

/** What not every backend can do. Whatever is not named in `lacks` must be there. */
export type Capability = 'artifacts' | 'reopen' | 'second' | 'transaction' | 'damage' | 'verify' | 'owners'

/** What the suite needs of a backend. */
export interface CheckpointerHarness {
  /** A new, empty store that shares nothing with others. */
  create(options: StoreOptions): Promise<CheckpointerStore>
  /** Recomputes a thread's chain from what is stored; fails `thread-damaged` where it does not fit. `verifyThread` of `@keepup/checkpoint`. */
  readonly verify?: (
    checkpointer: Checkpointer,
    thread: ThreadId,
  ) => Promise<{ readonly entries: number; readonly head: Hash }>
  readonly owners?: Owners
  /** What the backend cannot do: those checks are not run. */
  readonly lacks?: readonly Capability[]
  /** The database keeps its own time: the suite then waits where it would have set the clock, with leases this short. */
  readonly realClock?: { readonly ttl: Milliseconds }
}
