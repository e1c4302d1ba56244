import { z } from 'zod'

import type { RunKeeper } from '../runs/run-keeper.ts'
import { type Route, route } from './route.ts'
import { ofThread } from './thread-name.ts'

const amount = z.number().positive()

/** Runs that are started here. */
export function runRoutes(runs: RunKeeper): readonly Route[] {
  return [
    route(
      {
        method: 'post',
        path: '/threads/:thread/runs',
        summary:
          'Starts a run in a thread, which is made where it is not there; without `input` it goes on where it stopped. Its events are those of the thread.',
        params: ofThread,
        body: z.object({
          input: z.string().min(1).max(1_000_000).optional(),
          mode: z.enum(['plan', 'ask', 'auto-edit', 'auto', 'yolo']).optional(),
          limits: z
            .object({
              turns: amount.int().optional(),
              time: amount.optional(),
              tokens: amount.int().optional(),
              money: amount.int().optional(),
            })
            .optional()
            .meta({ description: 'Turns, milliseconds, tokens and nano-dollars.' }),
        }),
        answer: z.object({ thread: z.string(), started: z.boolean() }),
        status: 202,
      },
      async ({ params: { thread }, body: { input, mode, limits } }) => {
        const given = Object.fromEntries(
          Object.entries(limits ?? {}).filter(([, value]) => value !== undefined),
        )
        await runs.start({
          thread,
          ...(input === undefined ? {} : { input }),
          ...(mode === undefined ? {} : { mode }),
          ...(limits === undefined ? {} : { limits: given }),
        })
        return { thread, started: true }
      },
    ),
  ]
}
