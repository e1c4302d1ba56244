import { type ArtifactHash, KeepupError, type Sequence, type ThreadId } from '@keepup/core'

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

/** Refuses (`checkpoint-conflict`) a state that was folded before entries of its thread's history were erased: it may hold what they said. */
export function checkErasures(thread: ThreadId, known: number | undefined, erasures: number): void {
  if ((known ?? 0) === erasures) return
  const message =
    `Entries of thread ${thread} were erased since this state was folded (${erasures} erasures, not ${known ?? 0}), so that it may hold what they said. ` +
    'Nothing was stored. Read the thread again, and give `erasures` of that view.'
  throw new KeepupError('checkpoint-conflict', message, { details: { thread, known, erasures } })
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

/** The error for an entry that cannot be given as it was written. */
export function damagedEntry(
  thread: ThreadId,
  sequence: Sequence,
  why: string,
  cause?: unknown,
): KeepupError {
  const message =
    `Entry ${sequence} of thread ${thread} is damaged: ${why}. What lies before it can be read with ` +
    `at: ${sequence - 1}. Restore the database from a backup, or fork the thread there.`
  return new KeepupError('thread-damaged', message, { cause, details: { thread, sequence } })
}

/** The error for an entry that names an artifact which its database does not have. */
export function artifactNotStored(type: string, artifact: ArtifactHash): KeepupError {
  const message = `Entry ${type} names artifact ${artifact}, which is not stored in this database. Store it there before the entry.`
  return new KeepupError('artifact-unknown', message, { details: { artifact } })
}

/** The error for whoever calls a checkpointer that was disposed. */
export function checkpointerClosed(): KeepupError {
  return new KeepupError(
    'database-unavailable',
    'This checkpointer was closed. Make a new one over its database.',
  )
}
