import { z } from 'zod'

import { sequence } from './sequence.ts'

/** One entry, as it is stored. */
export const entry = z
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
