import type { Program } from '@keepup/vitest/child-process'

import type { Place } from './soak-store.ts'

/** Where lives are lived: a backend, with what can be killed of it. */
export interface Ground {
  readonly backend: Place['backend']
  /** A store that does not exist yet. */
  newPlace(): Place
  /** The place as a worker of a life is told it. */
  forLife(place: Place, life: number): Place
  /** Resolves once nothing of a dead worker goes on. */
  settled(life: number): Promise<void>
  /** What of the server can be killed; empty where there is none. */
  readonly crashes: readonly Crash[]
  /** Removes everything. */
  close(): Promise<void>
}

/** A way to kill the server. */
export interface Crash {
  readonly killed: string
  /** Whether the worker goes on over it, with operations that survive it alone. */
  readonly outlived: boolean
  /** Kills it, the worker too unless it goes on, and starts it again. */
  kill(worker: Program, life: number): Promise<void>
}
