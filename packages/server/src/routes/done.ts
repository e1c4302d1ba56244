import { z } from 'zod'

/** What an answer is that says only that it was done. */
export const done = z.object({ done: z.boolean() })
