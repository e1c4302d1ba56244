import type { ThreadSummary } from '@keepup/core'

/** A summary without what only the store needs to know. */
export function toSummary({ thread, head, created, updated, origin, pending, owner, due }: ThreadSummary) {
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
