import { z } from 'zod'

import { sequence } from './sequence.ts'

/** What is told of an entry: everything that is stored. */
export interface ToldEntry {
  readonly thread: string
  readonly sequence: number
  readonly type: string
  readonly version: number
  readonly time: number
  readonly by: string
  readonly data?: unknown
  readonly hash: string
}

/** One entry, as it is stored. */
export const entry: z.ZodType<ToldEntry> = z
  .looseObject({
    thread: z.string(),
    sequence,
    type: z.string(),
    version: z.number(),
    time: z.number(),
    by: z.string(),
    data: z.unknown().optional(),
    hash: z.string(),
  })
  .meta({ description: 'An entry as it is stored. `data` is left out where it was erased.' })
