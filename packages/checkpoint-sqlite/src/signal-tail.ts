import type { ThreadId } from '@keepup/core'

import type { Session } from './session.ts'
import type { SignalRows } from './signal-rows.ts'

/** Where each thread's signals end: one read after each change, however many watch. */
export interface SignalTail {
  /** Reads what came up to a mark of the change feed, unless that was done. */
  refresh(session: Session, mark: number): Promise<void>
  /** A position after which no signal to the thread has come by the last refresh. */
  lastOf(thread: ThreadId): number
}

/** So many threads are remembered at most. */
const rememberedAtMost = 10_000

/** A tail that begins with the first refresh. */
export function createSignalTail(signals: SignalRows): SignalTail {
  const ends = new Map<ThreadId, number>()
  let last: number | undefined
  /** What no thread of which nothing is remembered is beyond. */
  let floor = 0
  let latest: { readonly mark: number; readonly read: Promise<void> } | undefined

  function read(): void {
    last ??= floor = signals.last()
    for (const [position, thread] of signals.arrivals(last)) {
      if (ends.size >= rememberedAtMost) {
        ends.clear()
        floor = position
      }
      ends.set(thread, position)
      last = position
    }
  }

  return {
    refresh(session, mark) {
      if (latest === undefined || latest.mark < mark) latest = { mark, read: session.read(read) }
      return latest.read
    },
    lastOf: (thread) => ends.get(thread) ?? floor,
  }
}
