import { z } from 'zod'

import { sequence } from './sequence.ts'
import { threadName } from './thread-name.ts'

/** A place in a store. */
export const place: z.ZodObject<{ thread: z.ZodString; at: z.ZodNumber }> = z.object({
  thread: threadName,
  at: sequence,
})
