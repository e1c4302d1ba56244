import { type Seen, watchThread as watchAny } from '@keepup/checkpoint/backend'
import type { PendingSignal, Sequence, ThreadId } from '@keepup/core'

import type { ChangeFeed } from './change-feed.ts'
import { ownEntries } from './listings.ts'
import type { Parts } from './parts.ts'
import type { Session } from './session.ts'
import type { SignalTail } from './signal-tail.ts'

/** Who watches from here on is after signals alone: no thread gets so long. */
const greatestSequence: Sequence = 0xffffffff

/** Own entries and waiting signals as they come; see `Checkpointer.watch`. */
export function watchThread(
  parts: Parts,
  session: Session,
  { changes, tail }: { readonly changes: ChangeFeed; readonly tail: SignalTail },
  thread: ThreadId,
  options: { readonly after?: Sequence; readonly signal: AbortSignal },
): AsyncIterable<Seen> {
  let seen: number | undefined
  /** The first look finds what waits already, each other one what came since. */
  function newSignals(): readonly PendingSignal[] {
    const { signals } = parts
    const found = seen === undefined ? signals.waiting(thread) : signals.waitingSince(thread, seen)
    seen = Math.max(seen ?? 0, signals.last())
    return found
  }

  const isForSignals = (options.after ?? 0) >= greatestSequence
  /** Others' signals are no reason to look, where a hundred watch. */
  async function changed(mark: number, signal: AbortSignal): Promise<void> {
    for (let from = mark; ;) {
      await changes.after(from, signal)
      if (!isForSignals || signal.aborted || changes.closed) return
      from = changes.mark()
      await tail.refresh(session, from)
      if (tail.lastOf(thread) > (seen ?? 0)) return
    }
  }

  return watchAny(
    {
      head: () => session.read(() => parts.threads.find(thread)?.head ?? 0),
      look: (after) =>
        session.read(() => ({
          entries: isForSignals ? [] : ownEntries(parts, thread, after).page,
          signals: newSignals(),
        })),
      mark: () => changes.mark(),
      changed,
      isClosed: () => changes.closed,
    },
    options,
  )
}
