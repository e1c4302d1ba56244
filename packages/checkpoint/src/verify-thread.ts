import {
  type Checkpointer,
  type Entry,
  type Hash,
  KeepupError,
  type Sequence,
  type ThreadId,
} from '@keepup/core'

import { chainHash, genesisHash } from './entry-hash.ts'
import { entryMisfit } from './entry-misfit.ts'

/** What was recomputed. */
export interface Verification {
  /** How many entries, those of the threads it was forked from included as far as they are its past. */
  readonly entries: number
  readonly head: Hash
}

/**
 * Recomputes a thread's chain of hashes from what is stored, through every thread it was forked from. Fails `thread-damaged`, naming the first entry that
 * does not fit. It finds every change of what is stored; one by somebody who recomputes all hashes shows only against a head hash kept elsewhere.
 */
export async function verifyThread(checkpointer: Checkpointer, thread: ThreadId): Promise<Verification> {
  const { head, hash } = await checkpointer.read(thread)
  const found = await recompute(checkpointer, thread, head)
  if (found.head === hash) return found
  throw damaged(thread, head, 'the hash of its head is another one')
}

/** The chain up to a position. */
async function recompute(
  checkpointer: Checkpointer,
  thread: ThreadId,
  through: Sequence,
): Promise<Verification> {
  const { origin } = await checkpointer.read(thread)
  const start: Verification & { at: Sequence } =
    origin === undefined
      ? { entries: 0, head: genesisHash(thread), at: 0 }
      : { ...(await recompute(checkpointer, origin.thread, Math.min(origin.at, through))), at: origin.at }
  let { entries, head, at } = start
  for await (const entry of checkpointer.log(thread)) {
    if (entry.sequence > through) break
    const isBase = entry.type === 'thread-pruned' && entries === 0
    if (!isBase && entry.sequence !== at + 1) throw damaged(thread, at + 1, 'it is missing')
    checkEntry(entry, isBase ? genesisHash(thread) : head)
    head = chainHash(entry)
    at = entry.sequence
    entries += 1
  }
  if (at < through) throw damaged(thread, at + 1, 'it is missing')
  return { entries, head }
}

function checkEntry(entry: Entry, previous: Hash): void {
  const misfit = entryMisfit(entry, previous)
  if (misfit !== undefined) throw damaged(entry.thread, entry.sequence, misfit)
}

function damaged(thread: ThreadId, sequence: Sequence, why: string): KeepupError {
  const message = `Entry ${sequence} of thread ${thread} is damaged: ${why}. Restore the database from a backup.`
  return new KeepupError('thread-damaged', message, { details: { thread, sequence } })
}
