import { KeepupError, type Milliseconds, type StandardSchemaV1 } from '@keepup/core'

import { checkAddress, type MailAddress } from './mail-address.ts'
import type { MailHandler, ServeOptions } from './serve-options.ts'

/** How a mailbox is served, with everything that was left out. */
export interface ServeSettings {
  readonly address: MailAddress
  readonly handle: MailHandler
  readonly schema: StandardSchemaV1 | undefined
  readonly attempts: number
  readonly backoff: (attempt: number) => Milliseconds
  readonly mostDead: number
  readonly batch: number
  readonly patience: Milliseconds
}

const longestBackoff: Milliseconds = 60_000

/** Fills in what was left out. Fails `input-invalid` where something cannot be meant. */
export function serveSettings<Body>(options: ServeOptions<Body>): ServeSettings {
  const { attempts = 5, mostDead = 1_000, batch = 256, patience = 30_000 } = options
  for (const [name, value] of Object.entries({ attempts, mostDead, batch })) {
    if (Number.isInteger(value) && value >= 1) continue
    const message = `A mailbox cannot be served with ${name} ${value}. Give a whole number from 1.`
    throw new KeepupError('input-invalid', message, { details: { name, value } })
  }
  return {
    address: checkAddress(options.address),
    // What it gets went through the schema, where there is one; without one its body is whatever was sent.
    handle: options.handle as MailHandler,
    schema: options.schema,
    attempts,
    backoff: options.backoff ?? ((attempt) => Math.min(100 * 2 ** (attempt - 1), longestBackoff)),
    mostDead,
    batch,
    patience,
  }
}
