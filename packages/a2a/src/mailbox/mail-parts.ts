import type { Checkpointer, Clock, Flush, Milliseconds, NewId } from '@keepup/core'

import type { Post } from './mail-post.ts'

/** What everything about mail works with. */
export interface MailParts {
  readonly checkpointer: Checkpointer
  readonly clock: Clock
  readonly newId: NewId
  readonly post: Post
  readonly flush: Flush
  /** How long a lease lasts without renewal. */
  readonly ttl: Milliseconds
}
