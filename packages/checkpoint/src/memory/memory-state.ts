import type { Clock } from '@keepup/core'

import type { MemoryArtifacts } from './memory-artifacts.ts'
import type { MemoryLeases } from './memory-leases.ts'
import type { MemorySignals } from './memory-signals.ts'
import type { MemoryThreads } from './memory-thread.ts'
import type { Watchers } from './watchers.ts'

/** Everything that one in-memory checkpointer keeps. */
export interface MemoryState {
  readonly threads: MemoryThreads
  readonly leases: MemoryLeases
  readonly signals: MemorySignals
  readonly artifacts: MemoryArtifacts | undefined
  readonly watchers: Watchers
  readonly clock: Clock
  readonly newSalt: () => string
  /** Counts changes of threads. */
  readonly nextChange: () => number
}
