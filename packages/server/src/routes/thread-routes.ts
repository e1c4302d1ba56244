import { readState } from '@keepup/checkpoint'
import { agentFold } from '@keepup/loop'
import { z } from 'zod'

import type { ServerParts } from '../server-parts.ts'
import { collect } from '../stream/collect.ts'
import { atMost } from './at-most.ts'
import { entry, type ToldEntry } from './entry.ts'
import { existing } from './existing.ts'
import { type Route, route } from './route.ts'
import { sequence, sequenceText } from './sequence.ts'
import { ofThread } from './thread-name.ts'
import { threadSummary } from './thread-summary.ts'
import { toSummary } from './to-summary.ts'

/** Threads, their states and their entries. */
export function threadRoutes(parts: ServerParts): readonly Route[] {
  return [listThreads(parts), readThread(parts), readEntries(parts)]
}

function listThreads({ checkpointer }: ServerParts): Route {
  return route(
    {
      method: 'get',
      path: '/threads',
      summary: 'Threads, those that changed last first.',
      query: z.object({ limit: atMost(1000, 50) }),
      answer: z.object({ threads: z.array(threadSummary) }),
    },
    async ({ query: { limit } }) => ({
      threads: (await collect(checkpointer.threads({ limit }))).map(toSummary),
    }),
  )
}

function readThread({ checkpointer }: ServerParts): Route {
  const state = { thread: z.string(), at: sequence, status: z.string(), messages: z.array(z.unknown()) }
  return route(
    {
      method: 'get',
      path: '/threads/:thread',
      summary: 'The state of an agent, now or as it was at a position.',
      params: ofThread,
      query: z.object({ at: sequenceText.optional() }),
      answer: z.looseObject(state),
    },
    async ({ params: { thread }, query: { at } }) => {
      await existing(checkpointer, thread)
      const read = await readState(checkpointer, thread, agentFold, at)
      const { messages, ...rest } = read.state
      return { thread, at: read.view.at, ...rest, messages: [...messages] }
    },
  )
}

function readEntries({ checkpointer }: ServerParts): Route {
  return route(
    {
      method: 'get',
      path: '/threads/:thread/entries',
      summary: 'Entries as they are stored, those that rewinds hid included.',
      params: ofThread,
      query: z.object({ after: sequenceText.default(0), limit: atMost(1000, 200) }),
      answer: z.object({ entries: z.array(entry), more: z.boolean() }),
    },
    async ({ params: { thread }, query: { after, limit } }) => {
      await existing(checkpointer, thread)
      const entries: ToldEntry[] = []
      for await (const found of checkpointer.log(thread, after)) {
        if (entries.length === limit) return { entries, more: true }
        entries.push(found)
      }
      return { entries, more: false }
    },
  )
}
