import type { ArtifactHash, ArtifactStore, Checkpointer, Clock, Milliseconds } from '@keepup/core'

/** One artifact store that a check may fill and break, with the checkpointer whose entries name its artifacts. */
export interface ArtifactStoreUnderTest {
  readonly artifacts: ArtifactStore
  readonly checkpointer: Checkpointer
  /** Closes it, and opens what it stored as another process would after a restart. Dispose only what it gives. */
  readonly reopen?: () => Promise<ArtifactStoreUnderTest>
  /** A second connection to the same store, as another process would have. Disposed on its own, before the first. */
  readonly second?: () => Promise<ArtifactStoreUnderTest>
  /** Changes a stored byte of an artifact behind the store's back. */
  readonly damage?: (hash: ArtifactHash) => Promise<void>
  /** Closes both and deletes what they stored. */
  readonly dispose: () => Promise<void>
}

/** What not every artifact store can do. `bounded`: memory stays bounded whatever the size. */
export type ArtifactCapability = 'bounded' | 'reopen' | 'second' | 'damage'

/** What the suite needs of a backend. */
export interface ArtifactStoreHarness {
  /** A new, empty store that shares nothing with others. A database with a clock of its own ignores the clock and says `realClock`. */
  readonly create: (options: { readonly clock: Clock }) => Promise<ArtifactStoreUnderTest>
  /** What the backend cannot do: those checks are not run. */
  readonly lacks?: readonly ArtifactCapability[]
  /** The database keeps its own time: the suite then waits this long where it would have set the clock. */
  readonly realClock?: { readonly wait: Milliseconds }
}
