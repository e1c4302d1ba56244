import type { ThreadId } from '@keepup/core'

/** Wakes those who wait for something new in a thread. */
export interface Watchers {
  /** Resolves at the next notification of the thread, once the signal is aborted, and once this is closed. */
  wait(thread: ThreadId, signal: AbortSignal): Promise<void>
  notify(thread: ThreadId): void
  close(): void
  readonly closed: boolean
}

/** Watchers in this process: no polling. */
export function createWatchers(): Watchers {
  const waiting = new Map<ThreadId, Set<() => void>>()
  let closed = false

  function notify(thread: ThreadId): void {
    const wakes = waiting.get(thread)
    waiting.delete(thread)
    for (const wake of wakes ?? []) wake()
  }

  return {
    notify,
    wait: (thread, signal) =>
      new Promise((resolve) => {
        if (closed || signal.aborted) {
          resolve()
          return
        }
        const wakes = waiting.get(thread) ?? new Set()
        waiting.set(thread, wakes.add(wake))
        signal.addEventListener('abort', wake, { once: true })
        function wake(): void {
          signal.removeEventListener('abort', wake)
          wakes.delete(wake)
          if (wakes.size === 0 && waiting.get(thread) === wakes) waiting.delete(thread)
          resolve()
        }
      }),
    close() {
      closed = true
      for (const thread of waiting.keys()) notify(thread)
    },
    get closed() {
      return closed
    },
  }
}
