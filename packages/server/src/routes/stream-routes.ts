import { z } from 'zod'

import type { ServerParts } from '../server-parts.ts'
import { eventStream } from '../stream/event-stream.ts'
import { recentThreads } from '../stream/recent-threads.ts'
import { threadEvents } from '../stream/thread-events.ts'
import { threadsEvents } from '../stream/threads-events.ts'
import { entry } from './entry.ts'
import { existing } from './existing.ts'
import { type Route, route } from './route.ts'
import { sequenceText } from './sequence.ts'
import { ofThread } from './thread-name.ts'
import { threadSummary } from './thread-summary.ts'

/** What happens, as server-sent events, until `ending` is aborted. */
export function streamRoutes(parts: ServerParts, ending: AbortSignal): readonly Route[] {
  return [streamThread(parts, ending), streamChanges(parts, ending)]
}

/** Readers leave, or the server does. */
function untilEither({ signal }: Request, ending: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, ending])
}

function streamThread(parts: ServerParts, ending: AbortSignal): Route {
  return route(
    {
      method: 'get',
      path: '/threads/:thread/events',
      summary:
        'What happens to a thread. Events `entry` have their sequence as id, so that a reader who comes back with `Last-Event-ID` misses none and sees none twice; `live` ones pass by, and are lost to whoever is away.',
      params: ofThread,
      query: z.object({ after: sequenceText.optional() }),
      answer: entry,
      streams: true,
    },
    async ({ params: { thread }, query: { after }, request }) => {
      await existing(parts.checkpointer, thread)
      const last = sequenceText.safeParse(request.headers.get('last-event-id') ?? '')
      const from = { thread, after: last.success ? last.data : (after ?? 0) }
      return eventStream((signal) => threadEvents(parts, from, signal), parts, untilEither(request, ending))
    },
  )
}

function streamChanges(parts: ServerParts, ending: AbortSignal): Route {
  const recent = recentThreads(parts)
  return route(
    {
      method: 'get',
      path: '/changes',
      summary: 'Threads as they change: each event `thread` is the summary of one.',
      answer: threadSummary,
      streams: true,
    },
    async ({ request }) =>
      eventStream((signal) => threadsEvents(recent, parts, signal), parts, untilEither(request, ending)),
  )
}
