import { KeepupError, type Sequence } from '@keepup/core'

import { unknownPosition } from '../unknown-position.ts'
import { firstSequence, type LineThread } from './located-history.ts'

/** Whether the data of an own entry can be erased: `checkpoint-unknown` or `not-supported` where not. */
export function checkOwnEntry(thread: Omit<LineThread, 'id'>, sequence: Sequence): void {
  if (thread.origin !== undefined && sequence >= 1 && sequence <= thread.origin.at) {
    const message =
      `Entry ${sequence} of thread ${thread.name} belongs to thread ${thread.origin.thread}, from which it was forked. ` +
      'Erase it there, with forks: cascade.'
    throw new KeepupError('checkpoint-unknown', message, { details: { thread: thread.name, at: sequence } })
  }
  if (sequence === thread.base) {
    const message =
      `Entry ${sequence} of thread ${thread.name} is the base that pruning left: without it the thread has no past. ` +
      'Prune again with a state that holds less, or erase the whole thread.'
    throw new KeepupError('not-supported', message, { details: { thread: thread.name, at: sequence } })
  }
  const isOwn = Number.isSafeInteger(sequence) && sequence >= firstSequence(thread) && sequence <= thread.head
  if (!isOwn) throw unknownPosition(thread.name, sequence, thread.head)
}
