import { integrities, type Label } from '@keepup/core'
import { z } from 'zod'

/** Provenance of content, as it is stored. */
export const label: z.ZodType<Label> = z
  .object({
    integrity: z.enum(integrities),
    sources: z.array(z.string()).readonly(),
    readers: z.union([z.literal('anyone'), z.array(z.string()).readonly()]),
    confidential: z.boolean(),
  })
  .meta({ description: 'Where content came from, and how far it can be trusted.' })
