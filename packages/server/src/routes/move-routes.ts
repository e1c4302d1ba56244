import { forkEdited, rewindOrAsk, tagThread } from '@keepup/checkpoint'
import { systemClock } from '@keepup/core'
import { message } from '@keepup/runtime'
import { z } from 'zod'

import type { ServerParts } from '../server-parts.ts'
import { place } from './place.ts'
import { type Route, route } from './route.ts'
import { sequence } from './sequence.ts'
import { ofThread, threadName } from './thread-name.ts'

/** Ways to another present. */
export function moveRoutes(parts: ServerParts): readonly Route[] {
  return [fork(parts), rewind(parts), tag(parts)]
}

function fork({ checkpointer }: ServerParts): Route {
  return route(
    {
      method: 'post',
      path: '/threads/:thread/fork',
      summary:
        'Makes a thread whose past is this one up to a position; `message` is what it is told instead.',
      params: ofThread,
      body: z.object({ at: sequence, to: threadName, message: z.string().min(1).max(1_000_000).optional() }),
      answer: place,
    },
    async ({ params: { thread }, body: { at, to, message: said } }) => {
      const signals = said === undefined ? [] : [message(to, said)]
      const origin = await forkEdited({ checkpointer, from: { thread, at }, to, signals })
      return { thread: to, at: origin.at }
    },
  )
}

function rewind({ checkpointer, clock = systemClock }: ServerParts): Route {
  return route(
    {
      method: 'post',
      path: '/threads/:thread/rewind',
      summary:
        'Takes a thread back: what came later is hidden and stays in the log. One that runs goes back after its present turn.',
      params: ofThread,
      body: z.object({ to: sequence }),
      answer: z.object({ thread: z.string(), to: sequence, asked: z.boolean() }),
    },
    async ({ params: { thread }, body: { to } }) => {
      const { type } = await rewindOrAsk({ checkpointer, thread, to, clock })
      return { thread, to, asked: type !== 'done' }
    },
  )
}

function tag({ checkpointer, clock = systemClock }: ServerParts): Route {
  return route(
    {
      method: 'post',
      path: '/threads/:thread/tags',
      summary: 'Puts a bookmark on a position, or takes it away.',
      params: ofThread,
      body: z.object({ tag: z.string().min(1).max(100), at: sequence, removed: z.boolean().default(false) }),
      answer: z.object({ thread: z.string(), tag: z.string(), asked: z.boolean() }),
    },
    async ({ params: { thread }, body: { tag: name, at, removed } }) => {
      const { type } = await tagThread({ checkpointer, thread, tag: name, at, clock, removed })
      return { thread, tag: name, asked: type !== 'done' }
    },
  )
}
