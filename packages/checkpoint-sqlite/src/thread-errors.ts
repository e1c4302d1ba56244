import { KeepupError, type Sequence, type ThreadId } from '@keepup/core'

/** The error for a position beyond the head, or before the first. */
export function unknownPosition(thread: ThreadId, at: Sequence, head: Sequence): KeepupError {
  const message = `Thread ${thread} has no position ${at}; its last one is ${head}.`
  return new KeepupError('checkpoint-unknown', message, { details: { thread, at, head } })
}

/** The error for a thread that was never written to. */
export function unknownThread(thread: ThreadId): KeepupError {
  return new KeepupError('thread-unknown', `There is no thread ${thread}.`, { details: { thread } })
}

/** The error for a thread that already exists where a new one was asked for. */
export function threadExists(thread: ThreadId, remedy: string): KeepupError {
  return new KeepupError('thread-exists', `Thread ${thread} exists already. ${remedy}`, {
    details: { thread },
  })
}

/** The error for an append that was written for another head. */
export function headMoved(thread: ThreadId, after: Sequence, head: Sequence): KeepupError {
  const message = `An append to thread ${thread} was written for head ${after}, but the head is ${head}. Read the thread again.`
  return new KeepupError('checkpoint-conflict', message, { details: { thread, after, head } })
}

/** The error for an append of one writer that leaves its place open. */
export function headIsForMany(thread: ThreadId): KeepupError {
  const message = `An append to thread ${thread} says after: 'head', but it has one writer. Name the head it was written for.`
  return new KeepupError('entry-invalid', message, { details: { field: 'after', value: 'head' } })
}

/** The error for an entry with an id in a thread of one writer. */
export function idIsForMany(thread: ThreadId, id: string): KeepupError {
  const message = `An entry for thread ${thread} has the id ${id}, but only threads with many writers take ids.`
  return new KeepupError('entry-invalid', message, { details: { field: 'id', value: id } })
}

/** The error for destroying what forks need. */
export function hasForks(thread: ThreadId, forks: readonly ThreadId[]): KeepupError {
  const message =
    `Thread ${thread} is the past of ${forks.slice(0, 5).join(', ')}${forks.length > 5 ? ', …' : ''}, which needs it. ` +
    'Erase or prune those first, or erase with forks: cascade.'
  return new KeepupError('thread-has-forks', message, { details: { thread, forks } })
}
