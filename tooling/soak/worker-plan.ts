import type { Place } from './soak-store.ts'

/** Where in an operation a worker kills itself: before anything was asked of the store, in its open transaction, or once it is committed and not yet told. */
export type Window = 'before' | 'inside' | 'after'

/** What a worker is told as it starts. */
export interface WorkerPlan {
  readonly place: Place
  readonly seed: string
  /** Its name among the lives of a store. */
  readonly life: number
  /** At the how manieth operation it kills itself, and where; left out, others kill it. */
  readonly strike?: { readonly operation: number; readonly window: Window }
  /** Only what survives a crash of the server. */
  readonly only?: 'power'
  /** The control: says that an operation is done before it began. */
  readonly acknowledge?: 'early'
}
