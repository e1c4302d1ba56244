import { type Seen, watchThread } from '@keepup/checkpoint/backend'
import type { Sequence, ThreadId } from '@keepup/core'
import { statement } from '@keepup/database-postgres'

import { ownEntries } from './listings.ts'
import type { Parts } from './parts.ts'
import type { Session } from './session.ts'
import { waitingSignals } from './signal-rows.ts'

/** The watchers of a checkpointer, which end with it. */
export interface Watchers {
  readonly closed: boolean
  watch(
    session: Session,
    thread: ThreadId,
    options: { readonly after?: Sequence; readonly signal: AbortSignal },
  ): AsyncIterable<Seen>
  close(): void
}

const selectHead = statement<{ head: number }>('SELECT head FROM thread WHERE name = $1')

/**
 * Watchers look again when their thread is announced, and every `poll` besides, as an announcement can be lost: what they show comes from the rows alone.
 */
export function createWatchers(parts: Parts): Watchers {
  const ended = new AbortController()

  function watch(
    session: Session,
    thread: ThreadId,
    options: { readonly after?: Sequence; readonly signal: AbortSignal },
  ): AsyncIterable<Seen> {
    let changes = 0
    let wake: (() => void) | undefined
    const forget = parts.database.listen(thread, () => {
      changes += 1
      wake?.()
    })
    const over = AbortSignal.any([options.signal, ended.signal])
    over.addEventListener('abort', forget, { once: true })
    if (over.aborted) forget()
    return watchThread(
      {
        head: async () => (await session.call(selectHead, [thread]))[0]?.head ?? 0,
        look: async (after, position) => ({
          entries: (await ownEntries(parts, session, thread, after)).page,
          signals: await waitingSignals(parts.labels, session, thread, position),
        }),
        mark: () => changes,
        changed: (mark) =>
          new Promise((resolve) => {
            if (changes > mark || over.aborted) {
              resolve()
              return
            }
            const timer = setTimeout(done, parts.poll).unref()
            over.addEventListener('abort', done, { once: true })
            wake = done
            function done(): void {
              clearTimeout(timer)
              over.removeEventListener('abort', done)
              wake = undefined
              resolve()
            }
          }),
        isClosed: () => ended.signal.aborted,
      },
      options,
    )
  }

  return {
    watch,
    get closed() {
      return ended.signal.aborted
    },
    close: () => ended.abort(),
  }
}
