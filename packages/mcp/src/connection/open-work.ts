import type { Clock, Timestamp } from '@keepup/core'

/** What is under way on a connection. */
export interface OpenWork {
  /** Does something, and counts it until it is over. What is done for our own sake is no use of the connection. */
  during<T>(work: () => Promise<T>, isUse?: boolean): Promise<T>
  /** When it was last used, or began to be counted; `undefined` while it is. */
  readonly quietSince: Timestamp | undefined
  /** Resolves once nothing is under way. */
  idle(): Promise<void>
}

/** Nothing is under way yet. */
export function createOpenWork(clock: Clock): OpenWork {
  const open = new Set<Promise<unknown>>()
  let uses = 0
  let used = clock.now()
  return {
    async during(work, isUse = true) {
      const running = work()
      open.add(running)
      if (isUse) uses++
      try {
        return await running
      } finally {
        open.delete(running)
        if (isUse) {
          uses--
          used = clock.now()
        }
      }
    },
    get quietSince() {
      return uses > 0 ? undefined : used
    },
    async idle() {
      while (open.size > 0) await Promise.allSettled(open)
    },
  }
}
