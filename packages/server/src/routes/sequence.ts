import { z } from 'zod'

/** A position of a thread. */
export const sequence: z.ZodNumber = z
  .number()
  .int()
  .nonnegative()
  .meta({ description: 'A position of a thread: its entries are counted from 1.' })

/** The same in a query or a path. */
export const sequenceText: z.ZodType<number, string> = z
  .string()
  .regex(/^\d{1,15}$/, 'a whole number')
  .transform(Number)
  .pipe(sequence)
