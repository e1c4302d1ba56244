import {
  type Checkpointer,
  type NewEntry,
  type NewSignal,
  type Origin,
  type Owner,
  type Sequence,
  type ThreadId,
} from '@keepup/core'

import { forkThread } from '../fork-thread.ts'
import { currentOwner } from '../owner.ts'

/** What to fork, and what is to be different. */
export interface EditedFork {
  readonly checkpointer: Checkpointer
  readonly from: { readonly thread: ThreadId; readonly at: Sequence }
  readonly to: ThreadId
  /** What changes the state, as the fork's first entries: durable, and never part of the thread that was forked. */
  readonly entries?: readonly NewEntry[]
  /** What is said to the fork, and taken once it runs. Their thread is the fork. */
  readonly signals?: readonly NewSignal[]
  readonly owner?: Owner
}

/**
 * Forks a thread and changes the fork, in a commit that survives a loss of power. Killed in between, an unchanged fork is left. Fails as `forkThread` does, and
 * with the codes of `commit`.
 */
export async function forkEdited(edited: EditedFork): Promise<Origin> {
  const { checkpointer, from, to, entries = [], signals = [] } = edited
  // Taken first: nobody sees the fork without its change and runs it.
  await using lease = await checkpointer.lease(to, edited.owner ?? currentOwner(crypto.randomUUID()), 10_000)
  const origin = await forkThread(checkpointer, from, to)
  const appends = entries.length === 0 ? [] : [{ thread: to, after: origin.at, lease: lease.token, entries }]
  if (appends.length + signals.length > 0) await checkpointer.commit({ appends, signals, flush: 'power' })
  return origin
}
