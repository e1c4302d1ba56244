import type { ThreadSummary } from '@keepup/core'

import type { ToldThread } from './thread-summary.ts'

/** A summary without what only the store needs to know. */
export function toSummary({
  thread,
  head,
  created,
  updated,
  origin,
  pending,
  owner,
  due,
}: ThreadSummary): ToldThread {
  return {
    thread,
    head,
    created,
    updated,
    pending,
    running: owner !== undefined,
    ...(origin === undefined ? {} : { origin }),
    ...(due === undefined ? {} : { due }),
  }
}
