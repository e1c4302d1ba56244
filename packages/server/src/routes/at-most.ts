import { z } from 'zod'

/** How many of something a query asks for. */
export function atMost(bound: number, otherwise: number): z.ZodType<number, string | undefined> {
  return z
    .string()
    .regex(/^\d{1,6}$/, 'a whole number')
    .transform(Number)
    .pipe(z.number().min(1).max(bound))
    .default(otherwise)
}
