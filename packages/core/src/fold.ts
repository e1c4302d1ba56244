import type { Entry } from './entry.ts'
import type { Sequence } from './identifiers.ts'

/** Names a fold among those that read the same threads: `agent`, `graph/NAME`. */
export type FoldId = string

/** A fold and the version of its state's shape. */
export interface FoldRef {
  readonly id: FoldId
  readonly version: number
}

/** The versioned pure function from entries to a state. */
export interface Fold<State> extends FoldRef {
  readonly initial: State
  /** Must not change `state`, nor depend on anything but its arguments. Entries it does not know leave the state as it is. */
  apply(state: State, entry: Entry): State
  /** The entry types it understands; a critical entry of another type makes the thread `thread-too-new`. Left out: it understands all. */
  readonly understands?: ReadonlySet<string>
  /** What to store of a state where the state itself is not storable. */
  save?(state: State): unknown
  /** The inverse of `save`. */
  load?(stored: unknown): State
  /** Turns the stored form of an older version into a state, or `undefined` to fold again from the start. */
  migrate?(older: unknown, version: number): State | undefined
}

/** A stored result of a fold: derived, deletable, never the truth. */
export interface StoredSnapshot {
  readonly fold: FoldRef
  /** The last entry it contains. */
  readonly at: Sequence
  readonly bytes: Uint8Array
  /** `erasures` of the view that the state was folded from; 0 when left out. */
  readonly erasures?: number
}
