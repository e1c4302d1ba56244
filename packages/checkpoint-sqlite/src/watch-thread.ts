import { type Seen, watchThread as watchAny } from '@keepup/checkpoint/backend'
import type { Sequence, ThreadId } from '@keepup/core'

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
  return watchAny(
    {
      head: () => session.read(() => parts.threads.find(thread)?.head ?? 0),
      look: (after, position) =>
        session.read(() => ({
          entries: ownEntries(parts, thread, after).page,
          signals: parts.signals.waiting(thread, position),
        })),
      mark: () => changes.mark(),
      changed: (mark, signal) => changes.after(mark, signal),
      isClosed: () => changes.closed,
    },
    options,
  )
}
