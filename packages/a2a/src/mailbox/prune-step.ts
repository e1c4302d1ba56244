import { readState } from '@keepup/checkpoint'
import type { Checkpointer, LeaseToken, Sequence, ThreadId, Timestamp } from '@keepup/core'

import { mailboxFold } from './mailbox-fold.ts'

/** @limit In entries: so many are replaced at once, so that neither memory nor the store's writers wait long, however long nobody pruned. */
const mostAtOnce = 2_000

/** What is to be replaced of a mailbox's past, by whoever holds its lease. */
export interface PruneStep {
  readonly checkpointer: Checkpointer
  readonly thread: ThreadId
  readonly lease: LeaseToken
  /** Entries from before then. */
  readonly before: Timestamp
  readonly now: Timestamp
}

/** The next entries to replace, oldest first; nothing where all that is left is younger. */
export async function nextToPrune(
  {
    checkpointer,
    thread,
    before,
  }: Pick<PruneStep, 'before' | 'thread'> & {
    readonly checkpointer: Pick<Checkpointer, 'log'>
  },
  most: number = mostAtOnce,
): Promise<{ readonly through: Sequence; readonly entries: number } | undefined> {
  let through: Sequence | undefined
  let entries = 0
  for await (const { type, time, sequence } of checkpointer.log(thread)) {
    // The base is what pruned entries became: it is as young as the pruning.
    if (type === 'thread-pruned') continue
    if (time >= before || entries === most) break
    through = sequence
    entries += 1
  }
  return through === undefined ? undefined : { through, entries }
}

/**
 * Replaces some of a mailbox's oldest entries by what they came to: each message that was not done with by then, dead letters included, is in it whole. How many
 * entries went; 0 where nothing is left to do. One commit, so that what is cut off is gone on with by calling it again. Fails as `Checkpointer.prune`.
 */
export async function pruneStep(step: PruneStep): Promise<number> {
  const { checkpointer, thread, lease, now } = step
  const next = await nextToPrune(step)
  if (next === undefined) return 0
  const { through, entries } = next
  const { state, view } = await readState(checkpointer, thread, mailboxFold, through)
  const { id, version } = mailboxFold
  const fold = { id, version }
  await checkpointer.prune({ thread, lease, through, fold, state, erasures: view.erasures ?? 0, time: now })
  return entries
}
