import { z } from 'zod'

/** What an answer is that says only that it was done. */
export const done: z.ZodObject<{ done: z.ZodBoolean }> = z.object({ done: z.boolean() })
