import {
  type Actor,
  type Checkpointer,
  type Clock,
  type Sequence,
  systemClock,
  type ThreadId,
} from '@keepup/core'

import { appendOrAsk, type Changed } from './append-or-ask.ts'
import { checkTagName } from './parse-position.ts'

/** A bookmark to set or to take away. */
export interface Tagging {
  readonly checkpointer: Checkpointer
  readonly thread: ThreadId
  readonly tag: string
  readonly at: Sequence
  /** Takes the tag away. */
  readonly removed?: boolean
  /** `user` when left out. */
  readonly by?: Actor
  readonly clock?: Clock
}

/**
 * Sets a bookmark, or takes it away; set again it moves. Where somebody runs the thread they are asked by a signal. Fails `input-invalid` for a name that is none,
 * `thread-unknown`, `checkpoint-unknown`.
 */
export async function tagThread(tagging: Tagging): Promise<Changed> {
  const { checkpointer, thread, tag, at, by = 'user', clock = systemClock } = tagging
  const removed = tagging.removed === true
  if (!removed) {
    checkTagName(tag)
    await checkpointer.read(thread, { at })
  }
  const data = { tag, at, ...(removed ? { removed } : {}) }
  const entry = { type: 'thread-tagged', version: 1, critical: false, time: clock.now(), by, data }
  return appendOrAsk({ checkpointer, thread, entry, signal: 'tag', clock })
}
