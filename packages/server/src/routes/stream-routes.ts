import { z } from 'zod'

import type { ServerParts } from '../server-parts.ts'
import { eventStream } from '../stream/event-stream.ts'
import { threadEvents } from '../stream/thread-events.ts'
import { threadsEvents } from '../stream/threads-events.ts'
import { entry } from './entry.ts'
import { existing } from './existing.ts'
import { type Route, route } from './route.ts'
import { sequenceText } from './sequence.ts'
import { ofThread } from './thread-name.ts'
import { threadSummary } from './thread-summary.ts'

/** What happens, as server-sent events. */
export function streamRoutes(parts: ServerParts): readonly Route[] {
  return [streamThread(parts), streamChanges(parts)]
}

function streamThread(parts: ServerParts): Route {
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
      return eventStream(threadEvents(parts, from, request.signal), parts, request.signal)
    },
  )
}

function streamChanges(parts: ServerParts): Route {
  return route(
    {
      method: 'get',
      path: '/changes',
      summary: 'Threads as they change: each event `thread` is the summary of one.',
      answer: threadSummary,
      streams: true,
    },
    async ({ request }) => eventStream(threadsEvents(parts, request.signal), parts, request.signal),
  )
}
