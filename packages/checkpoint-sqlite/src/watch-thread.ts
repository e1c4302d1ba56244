import type { Entry, PendingSignal, Sequence, ThreadId } from '@keepup/core'

import type { ChangeFeed } from './change-feed.ts'
import { ownEntries } from './listings.ts'
import type { Parts } from './parts.ts'
import type { Session } from './session.ts'

/** What a watcher is shown. */
export type Seen = { readonly entry: Entry } | { readonly signal: PendingSignal }

/** Own entries and waiting signals as they come; see `Checkpointer.watch`. */
export function watchThread(
  parts: Parts,
  session: Session,
  changes: ChangeFeed,
  thread: ThreadId,
  options: { readonly after?: Sequence; readonly signal: AbortSignal },
): AsyncIterable<Seen> {
  // Looked up now, not at the first step, so that nothing that follows the call is missed.
  const start = options.after ?? session.read(() => parts.threads.find(thread)?.head ?? 0)
  const started = Promise.resolve(start)
  started.catch(() => undefined)
  return follow(parts, session, changes, { thread, started, signal: options.signal })
}

async function* follow(
  parts: Parts,
  session: Session,
  changes: ChangeFeed,
  watched: { readonly thread: ThreadId; readonly started: Promise<Sequence>; readonly signal: AbortSignal },
): AsyncGenerator<Seen> {
  const { thread, signal } = watched
  let cursor = await watched.started
  let position = 0
  while (!signal.aborted && !changes.closed) {
    const mark = changes.mark()
    const found = await session.read(() => ({
      entries: ownEntries(parts, thread, cursor).page,
      signals: parts.signals.waiting(thread, position),
    }))
    for (const entry of found.entries) {
      if (signal.aborted) return
      cursor = entry.sequence
      yield { entry }
    }
    for (const pending of found.signals) {
      if (signal.aborted) return
      position = pending.position
      yield { signal: pending }
    }
    if (found.entries.length + found.signals.length === 0) await changes.after(mark, signal)
  }
}
