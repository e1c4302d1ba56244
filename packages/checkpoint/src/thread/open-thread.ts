import {
  type Checkpointer,
  KeepupError,
  type Lease,
  type Milliseconds,
  type Owner,
  systemClock,
  type ThreadId,
  type Timestamp,
} from '@keepup/core'

import { leaseHeld } from '../lease-error.ts'
import { currentOwner } from '../owner.ts'
import { readState } from '../read-state.ts'
import { HeldThread } from './held-thread.ts'
import { keepLease } from './keep-lease.ts'
import type { OpenThread, OpenThreadOptions } from './open-thread-contract.ts'
import { createSnapshotWriter } from './snapshot-writer.ts'

/**
 * Takes a thread's lease, reads its state, and keeps both up to date. Fails `lease-held`, naming the holder and what can be done, where another
 * owner has the thread; `thread-too-new` or `thread-damaged` where it cannot be read, with the lease given back.
 */
export async function openThread<State>(options: OpenThreadOptions<State>): Promise<OpenThread<State>> {
  const { checkpointer, thread, fold, writers, ttl = 30_000 } = options
  const owner = options.owner ?? currentOwner(crypto.randomUUID())
  const lease = await takeLease(checkpointer, { thread, owner, ttl })
  try {
    const start = await readState(checkpointer, thread, fold)
    const snapshots = createSnapshotWriter({
      checkpointer,
      thread,
      fold,
      lease: lease.token,
      after: options.snapshotAfter ?? 512,
      lastSize: start.view.snapshot?.bytes.length ?? 0,
    })
    snapshots.count(start.view.entries)
    const kept = keepLease(lease, ttl, options.clock ?? systemClock)
    return new HeldThread({ checkpointer, fold, lease, ttl, kept, snapshots, writers }, start)
  } catch (error) {
    await lease.release()
    throw error
  }
}

async function takeLease(
  checkpointer: Checkpointer,
  wanted: { readonly thread: ThreadId; readonly owner: Owner; readonly ttl: Milliseconds },
): Promise<Lease> {
  try {
    return await checkpointer.lease(wanted.thread, wanted.owner, wanted.ttl)
  } catch (error) {
    if (!KeepupError.is(error, 'lease-held')) throw error
    const { owner, expires } = error.details
    // The contract of `lease` names both.
    throw leaseHeld({ thread: wanted.thread, owner: owner as Owner, expires: expires as Timestamp }, error)
  }
}
