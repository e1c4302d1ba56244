import { systemClock, type ThreadId } from '@keepup/core'

import { toSummary } from '../routes/to-summary.ts'
import type { ServerParts } from '../server-parts.ts'
import { collect } from './collect.ts'
import type { ServerEvent } from './event-stream.ts'

/** How often the store is asked what changed, in milliseconds. Other processes write to it too, and nobody announces a new thread. */
const pause = 500

/** So many of the threads that changed last are looked at. */
const looked = 200

/** The threads that changed last, oldest change first, and then each that changes, until `signal` is aborted. */
export async function* threadsEvents(
  { checkpointer, clock = systemClock }: ServerParts,
  signal: AbortSignal,
): AsyncIterable<ServerEvent> {
  const known = new Map<ThreadId, string>()
  while (!signal.aborted) {
    const threads = await collect(checkpointer.threads({ limit: looked }))
    for (const summary of threads.toReversed().map(toSummary)) {
      const text = JSON.stringify(summary)
      if (known.get(summary.thread) === text) continue
      known.set(summary.thread, text)
      yield { event: 'thread', data: summary }
    }
    for (const thread of known.keys()) {
      if (!threads.some((found) => found.thread === thread)) known.delete(thread)
    }
    try {
      await clock.sleep(pause, signal)
    } catch {
      return
    }
  }
}
