import {
  type Checkpointer,
  type Entry,
  failpoint,
  type Fold,
  KeepupError,
  type LeaseToken,
  type Sequence,
  type ThreadId,
} from '@keepup/core'

import { approximateSize } from '../approximate-size.ts'
import { encodeValue } from '../encode-value.ts'

/** Decides when a snapshot pays, and writes it. */
export interface SnapshotWriter<State> {
  /** Counts what was committed since the last snapshot. */
  count(entries: readonly Entry[]): void
  /** Starts writing a snapshot where one is due and none is being written. Never fails: snapshots are derived. */
  offer(folded: Folded<State>): void
  /** Resolves once no snapshot is being written. */
  settled(): Promise<void>
}

/** A state to make a snapshot of. */
export interface Folded<State> {
  readonly state: State
  readonly at: Sequence
  /** `erasures` of the view that it began with. */
  readonly erasures: number
  /** Called where it was refused because entries were erased since then: the state must be read anew. */
  readonly refused: () => void
}

/**
 * A snapshot is due after `after` entries, and after as many bytes as the last one had: so all snapshots together cost about as much as the
 * entries, however large the state grows.
 */
export function createSnapshotWriter<State>(parts: {
  readonly checkpointer: Checkpointer
  readonly thread: ThreadId
  readonly fold: Fold<State>
  /** Whoever holds the thread no more writes no snapshot. */
  readonly lease: LeaseToken
  readonly after: number
  /** The size of the snapshot that the state was read from; 0 without one. */
  readonly lastSize: number
}): SnapshotWriter<State> {
  const { checkpointer, thread, fold, lease, after } = parts
  let { lastSize } = parts
  let entriesSince = 0
  let bytesSince = 0
  let writing: Promise<void> | undefined

  async function write({ state, at, erasures, refused }: Folded<State>): Promise<void> {
    try {
      const bytes = encodeValue(fold.save === undefined ? state : fold.save(state))
      lastSize = bytes.length
      failpoint('snapshot-before')
      const stored = { fold: { id: fold.id, version: fold.version }, at, bytes, erasures }
      await checkpointer.snapshot(thread, stored, lease)
      failpoint('snapshot-after')
    } catch (error) {
      // The entries are the truth; the next one may succeed.
      if (KeepupError.is(error, 'checkpoint-conflict')) refused()
    } finally {
      writing = undefined
    }
  }

  return {
    count(entries) {
      if (after === 0) return
      entriesSince += entries.length
      // Nothing has to be made up for before the first one.
      if (lastSize === 0) return
      for (const { data } of entries) bytesSince += approximateSize(data)
    },
    offer(folded) {
      if (after === 0 || entriesSince < after || bytesSince < lastSize || writing !== undefined) return
      entriesSince = 0
      bytesSince = 0
      writing = write(folded)
    },
    settled: () => writing ?? Promise.resolve(),
  }
}
