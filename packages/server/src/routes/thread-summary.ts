import { z } from 'zod'

import { sequence } from './sequence.ts'

/** What can be told of a thread without reading its entries. */
export const threadSummary = z.object({
  thread: z.string(),
  head: sequence,
  created: z.number(),
  updated: z.number(),
  origin: z.object({ thread: z.string(), at: sequence }).optional(),
  pending: z.number().meta({ description: 'Signals that wait.' }),
  running: z.boolean().meta({ description: 'Somebody holds the right to append.' }),
  due: z.number().optional(),
})
