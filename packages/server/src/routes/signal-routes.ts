import type { NewSignal, ThreadId } from '@keepup/core'
import { interrupt, message, type SignalOptions, steer, stop } from '@keepup/runtime'
import { z } from 'zod'

import type { ServerParts } from '../server-parts.ts'
import { type Route, route } from './route.ts'
import { ofThread } from './thread-name.ts'

const makers: Readonly<
  Record<
    'message' | 'steer' | 'stop' | 'interrupt',
    (thread: ThreadId, text: string, options?: SignalOptions) => NewSignal
  >
> = {
  message,
  steer,
  stop,
  interrupt,
}

/** What is said to a thread from outside. */
export function signalRoutes({ checkpointer }: ServerParts): readonly Route[] {
  return [
    route(
      {
        method: 'post',
        path: '/threads/:thread/signals',
        summary:
          'Says something to an agent, whoever runs it: a message after what it does, a steer before its next turn, a wish to stop, or an interrupt.',
        params: ofThread,
        body: z.object({
          kind: z.enum(['message', 'steer', 'stop', 'interrupt']),
          text: z.string().min(1).max(1_000_000),
          id: z.string().min(1).max(200).optional().meta({ description: 'The same id twice is one signal.' }),
        }),
        answer: z.object({ receipt: z.enum(['accepted', 'duplicate', 'full']) }),
      },
      async ({ params: { thread }, body: { kind, text, id } }) => {
        const signal = makers[kind](thread, text, id === undefined ? {} : { id })
        const [receipt = 'accepted'] = await checkpointer.signal([signal], 'power')
        return { receipt }
      },
    ),
  ]
}
