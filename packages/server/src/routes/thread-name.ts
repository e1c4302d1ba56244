import { z } from 'zod'

/** The name of a thread. */
export const threadName: z.ZodString = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => name.isWellFormed() && !/\p{Cc}/u.test(name), 'a name without control characters')
  .meta({ description: 'The name of a thread.' })

/** The parameters of everything below a thread. */
export const ofThread: z.ZodObject<{ thread: z.ZodString }> = z.object({ thread: threadName })
