import type { Checkpointer, Clock, Embed, NewId } from '@keepup/core'

import type { MemoryIndex } from '../contract/memory-index.ts'

/** An embedder and the name under which its vectors are kept: another name means other vectors. */
export interface Embedder {
  readonly id: string
  readonly embed: Embed
}

/** What a memory is made of. */
export interface MemoryParts {
  /** Keeps the truth: a thread for each scope. */
  readonly checkpointer: Checkpointer
  /** Keeps what is derived of it. */
  readonly index: MemoryIndex
  /** The machine's clock when left out. */
  readonly clock?: Clock
  readonly newId?: NewId
  /** Words alone decide when left out. */
  readonly embedder?: Embedder
  /** A scope of more evidence is not ranked as a whole, but only where rare words of the question stand; 10,000 when left out. */
  readonly exactLimit?: number
}

/** {@link MemoryParts} with everything chosen. */
export interface ResolvedParts extends MemoryParts {
  readonly clock: Clock
  readonly newId: NewId
  readonly exactLimit: number
}
