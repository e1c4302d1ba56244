import { systemClock, type ThreadId } from '@keepup/core'

import type { ServerParts } from '../server-parts.ts'
import type { ServerEvent } from './event-stream.ts'
import type { RecentThread, RecentThreads } from './recent-threads.ts'

/** How often the store is asked what changed, in milliseconds. Other processes write to it too, and nobody announces a new thread. */
const pause = 500

/** The threads that changed last, oldest change first, and then each that changes, until `signal` is aborted. */
export async function* threadsEvents(
  recent: RecentThreads,
  { clock = systemClock }: Pick<ServerParts, 'clock'>,
  signal: AbortSignal,
): AsyncIterable<ServerEvent> {
  let known: ReadonlyMap<ThreadId, string> = new Map()
  let before: readonly RecentThread[] = []
  while (!signal.aborted) {
    const threads = await recent(pause / 2)
    if (threads !== before) {
      for (const { thread, summary, text } of threads.toReversed()) {
        if (known.get(thread) !== text) yield { event: 'thread', data: summary }
      }
      known = new Map(threads.map(({ thread, text }) => [thread, text]))
      before = threads
    }
    try {
      await clock.sleep(pause, signal)
    } catch {
      return
    }
  }
}
