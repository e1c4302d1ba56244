import { z } from 'zod'

import { sequence } from './sequence.ts'

/** What is told of a thread in a list. */
export interface ToldThread {
  readonly thread: string
  readonly head: number
  readonly created: number
  readonly updated: number
  readonly origin?: { readonly thread: string; readonly at: number } | undefined
  readonly pending: number
  readonly running: boolean
  readonly due?: number | undefined
}

/** What can be told of a thread without reading its entries. */
export const threadSummary: z.ZodType<ToldThread> = z.object({
  thread: z.string(),
  head: sequence,
  created: z.number(),
  updated: z.number(),
  origin: z.object({ thread: z.string(), at: sequence }).optional(),
  pending: z.number().meta({ description: 'Signals that wait.' }),
  running: z.boolean().meta({ description: 'Somebody holds the right to append.' }),
  due: z.number().optional(),
})
