import {
  type Checkpointer,
  type Entry,
  type Hash,
  KeepupError,
  type Sequence,
  type ThreadId,
  type Workspace,
} from '@keepup/core'

import { fieldOf } from './field-of.ts'
import { filesIn } from './spent.ts'

/**
 * The snapshot of the files that belongs to a position: the last that was kept at or before it. Before the first look of all it is what that look found, where it came
 * before anything could change. `undefined` where neither is known.
 */
export async function filesAt(
  checkpointer: Checkpointer,
  thread: ThreadId,
  at: Sequence,
): Promise<Hash | undefined> {
  const { entries } = await checkpointer.read(thread, { at })
  for (const entry of entries.toReversed()) {
    const snapshot = filesIn([entry])?.snapshot
    if (snapshot !== undefined) return snapshot
    // Pruning left the agent's state, which knows the latest.
    if (entry.type === 'thread-pruned') return keptIn(entry.data)
  }
  const look = await firstLook(checkpointer, thread, at, Number.POSITIVE_INFINITY)
  return look === undefined || fieldOf(look.data, 'moment') !== 'before'
    ? undefined
    : filesIn([look])?.snapshot
}

/** The first entry between two positions that kept files, in a thread and those it was forked from. */
async function firstLook(
  checkpointer: Checkpointer,
  thread: ThreadId,
  after: Sequence,
  through: Sequence,
): Promise<Entry | undefined> {
  const { origin } = await checkpointer.read(thread, { at: 0 })
  const inherited =
    origin === undefined || origin.at <= after
      ? undefined
      : await firstLook(checkpointer, origin.thread, after, Math.min(origin.at, through))
  if (inherited !== undefined) return inherited
  for await (const entry of checkpointer.log(thread, after)) {
    if (entry.sequence > through) return undefined
    if (filesIn([entry])?.snapshot !== undefined) return entry
  }
  return undefined
}

/**
 * Brings back the files as they were at a position, in the workspace that kept them. The id of a snapshot of the present files is returned, so that it can be
 * undone. Fails `checkpoint-unknown` where none were kept by then, and with the codes of `Workspace.restore`.
 */
export async function restoreFiles(
  checkpointer: Checkpointer,
  workspace: Workspace,
  place: { readonly thread: ThreadId; readonly at: Sequence },
): Promise<Hash> {
  const snapshot = await filesAt(checkpointer, place.thread, place.at)
  if (snapshot !== undefined) return workspace.restore(snapshot)
  const message = `No files of thread ${place.thread} were kept by position ${place.at}. Name a later position.`
  throw new KeepupError('checkpoint-unknown', message, { details: { ...place } })
}

function keptIn(data: unknown): Hash | undefined {
  const id = fieldOf(fieldOf(fieldOf(data, 'state'), 'files'), 'id')
  return typeof id === 'string' ? id : undefined
}
