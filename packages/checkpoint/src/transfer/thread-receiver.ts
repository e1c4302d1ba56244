import type {
  ArtifactStore,
  Checkpointer,
  Entry,
  Flush,
  Origin,
  Sequence,
  ThreadId,
  Timestamp,
} from '@keepup/core'

/** An entry as it was sealed elsewhere. Whoever hands it over has checked its hash and the chain. */
export interface ReceivedEntry {
  readonly entry: Entry
  /** The data as the codec wrote it; left out where it was erased. */
  readonly bytes?: Uint8Array
  /** Its place within its commit, from 0. */
  readonly part: number
  /** Where an entry `thread-rewound` goes to: also told of one that was erased. */
  readonly to?: Sequence
}

/** The next entries of a thread that was written elsewhere. */
export interface ReceivedPart {
  readonly thread: ThreadId
  readonly writers: 'one' | 'many'
  readonly created: Timestamp
  readonly origin?: Origin
  /** The head they were written for: that of the origin where the thread begins with them, 0 without one. */
  readonly after: Sequence
  /** None, to make a fork that has no own entry yet. */
  readonly entries: readonly ReceivedEntry[]
  readonly flush: Flush
  /** Take entries although an artifact that they name is not stored: for what is saved from a damaged store. */
  readonly withoutArtifacts?: boolean
}

/** A backend that takes entries with the salts and hashes which they have. */
export interface ThreadReceiver {
  /**
   * Stores a part, all or nothing; the thread's first one makes it. Fails `checkpoint-conflict` where the head is not `after`, `lease-held` while
   * somebody may write to the thread, `thread-unknown` without its origin, `artifact-unknown` for a named artifact that is not stored.
   */
  receive(part: ReceivedPart): Promise<void>
}

/** Where threads are imported to. */
export interface ImportTarget {
  readonly checkpointer: Checkpointer & ThreadReceiver
  /** Needed where the export holds artifacts. */
  readonly artifacts?: ArtifactStore
  /** Learns by which keys what comes opens, before any of it is stored; where it fails, nothing is. */
  takeKeys?(keys: { readonly store: string; readonly ring: string }): Promise<void>
}
