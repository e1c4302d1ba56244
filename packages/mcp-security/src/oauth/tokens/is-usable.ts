import type { Milliseconds, Timestamp } from '@keepup/core'

import type { Tokens } from './credentials.ts'

/** How long before its end a token is renewed, at most. */
const mostSkew: Milliseconds = 60_000

/** Whether tokens are good for a call that begins now: not where a minute, or a tenth of their life, is all that is left. */
export function isUsable({ expiresAt, obtainedAt }: Tokens, now: Timestamp): boolean {
  if (expiresAt === undefined) return true
  return now < expiresAt - Math.min(mostSkew, (expiresAt - obtainedAt) / 10)
}
