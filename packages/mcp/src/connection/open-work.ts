import type { Clock, Timestamp } from '@keepup/core'

/** What is under way on a connection. */
export interface OpenWork {
  /** Does something, and counts it until it is over. */
  during<T>(work: () => Promise<T>): Promise<T>
  /** When the last of it was over, or it began to be counted; `undefined` while something is under way. */
  readonly quietSince: Timestamp | undefined
  /** Resolves once nothing is under way. */
  idle(): Promise<void>
}

/** Nothing is under way yet. */
export function createOpenWork(clock: Clock): OpenWork {
  const open = new Set<Promise<unknown>>()
  let ended = clock.now()
  return {
    async during(work) {
      const running = work()
      open.add(running)
      try {
        return await running
      } finally {
        open.delete(running)
        ended = clock.now()
      }
    },
    get quietSince() {
      return open.size > 0 ? undefined : ended
    },
    async idle() {
      while (open.size > 0) await Promise.allSettled(open)
    },
  }
}
