import { KeepupError, type Sequence, type ThreadId } from '@keepup/core'

/** The error for a position beyond the head. */
export function unknownPosition(thread: ThreadId, at: Sequence, head: Sequence): KeepupError {
  const message = `Thread ${thread} has no position ${at}; its last one is ${head}.`
  return new KeepupError('checkpoint-unknown', message, { details: { thread, at, head } })
}

/** The error for a thread that was never written to. */
export function unknownThread(thread: ThreadId): KeepupError {
  return new KeepupError('thread-unknown', `There is no thread ${thread}.`, { details: { thread } })
}
