import {
  type Actor,
  type Checkpoint,
  type Checkpointer,
  type Clock,
  KeepupError,
  type Owner,
  type Sequence,
  systemClock,
  type ThreadId,
  type ThreadRewound,
} from '@keepup/core'

import { currentOwner } from './owner.ts'

/** Where to go back to, and who wants it. */
export interface Rewinding {
  readonly checkpointer: Checkpointer
  readonly thread: ThreadId
  /** What came after it is hidden; 0 hides everything. It may itself be hidden: then it comes back. */
  readonly to: Sequence
  /** `user` when left out. */
  readonly by?: Actor
  readonly owner?: Owner
  readonly clock?: Clock
}

/**
 * Rewinds a thread that nobody runs: appends `thread-rewound` under a lease of its own. Nothing is destroyed, and a rewind can be rewound. Fails
 * `lease-held` where the thread is running (send it a signal on `control` instead), `thread-unknown`, or `checkpoint-unknown`.
 */
export async function rewindThread(rewinding: Rewinding): Promise<Checkpoint> {
  const { checkpointer, thread, to, by = 'user', clock = systemClock } = rewinding
  const owner = rewinding.owner ?? currentOwner(crypto.randomUUID())
  await using lease = await checkpointer.lease(thread, owner, 10_000)
  const { head } = await checkpointer.read(thread)
  if (head === 0) throw new KeepupError('thread-unknown', `There is no thread ${thread} to rewind.`)
  if (to > head || to < 0) {
    throw new KeepupError(
      'checkpoint-unknown',
      `Thread ${thread} has no position ${to}; its last one is ${head}.`,
    )
  }
  const entry: ThreadRewound = {
    type: 'thread-rewound',
    version: 1,
    critical: true,
    time: clock.now(),
    by,
    data: { to },
  }
  const appends = [{ thread, after: head, lease: lease.token, entries: [entry] }]
  const [checkpoint] = await checkpointer.commit({ appends, flush: 'power' })
  if (checkpoint !== undefined) return checkpoint
  throw new KeepupError('internal', `A commit to thread ${thread} gave no checkpoint.`)
}
