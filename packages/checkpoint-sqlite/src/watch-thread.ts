import { type Seen, watchThread as watchAny } from '@keepup/checkpoint/backend'
import type { PendingSignal, Sequence, ThreadId } from '@keepup/core'

import type { ChangeFeed } from './change-feed.ts'
import { ownEntries } from './listings.ts'
import type { Parts } from './parts.ts'
import type { Session } from './session.ts'

/** Own entries and waiting signals as they come; see `Checkpointer.watch`. */
export function watchThread(
  parts: Parts,
  session: Session,
  changes: ChangeFeed,
  thread: ThreadId,
  options: { readonly after?: Sequence; readonly signal: AbortSignal },
): AsyncIterable<Seen> {
  let seen: number | undefined
  /** The first look finds what waits already, each other one what came since. */
  function newSignals(): readonly PendingSignal[] {
    const { signals } = parts
    const found = seen === undefined ? signals.waiting(thread) : signals.waitingSince(thread, seen)
    seen = signals.last()
    return found
  }

  return watchAny(
    {
      head: () => session.read(() => parts.threads.find(thread)?.head ?? 0),
      look: (after) =>
        session.read(() => ({
          entries: ownEntries(parts, thread, after).page,
          signals: newSignals(),
        })),
      mark: () => changes.mark(),
      changed: (mark, signal) => changes.after(mark, signal),
      isClosed: () => changes.closed,
    },
    options,
  )
}
