import { currentOwner } from '@keepup/checkpoint'
import {
  type Checkpointer,
  type Clock,
  type Flush,
  KeepupError,
  type NewEntry,
  type Sequence,
  type ThreadId,
} from '@keepup/core'

/** What a thread of many writers is made with. */
export interface SharedParts {
  readonly checkpointer: Checkpointer
  readonly clock: Clock
}

const pause = 20
const longestWait = 10_000

/** Appends to a thread that anybody may append to, and makes it where there is none. */
export async function appendShared(
  parts: SharedParts,
  thread: ThreadId,
  entry: NewEntry,
  flush: Flush,
): Promise<void> {
  const commit = { appends: [{ thread, after: 'head', entries: [entry] }], flush } as const
  try {
    await parts.checkpointer.commit(commit)
  } catch (error) {
    if (!KeepupError.is(error, 'thread-unknown')) throw error
    await ensureShared(parts, thread)
    await parts.checkpointer.commit(commit)
  }
}

/** Makes a thread of many writers where there is none. Any number at once make one. */
export async function ensureShared(parts: SharedParts, thread: ThreadId): Promise<void> {
  for (let waited = 0; (await headOf(parts.checkpointer, thread)) === 0; waited += pause) {
    try {
      await open(parts, thread)
    } catch (error) {
      const isMade = KeepupError.is(error, 'lease-held') || KeepupError.is(error, 'checkpoint-conflict')
      // Somebody else makes it just now.
      if (!isMade || waited > longestWait) throw error
      await parts.clock.sleep(pause)
    }
  }
}

/** The last position of a thread; 0 where there is none. */
export async function headOf(checkpointer: Checkpointer, thread: ThreadId): Promise<Sequence> {
  for await (const { sequence } of checkpointer.history(thread, { limit: 1 })) return sequence
  return 0
}

async function open({ checkpointer, clock }: SharedParts, thread: ThreadId): Promise<void> {
  await using lease = await checkpointer.lease(thread, currentOwner(crypto.randomUUID()), longestWait)
  const first: NewEntry = {
    type: 'shared/opened',
    version: 1,
    critical: false,
    time: clock.now(),
    by: 'runtime',
    data: null,
  }
  const append = { thread, after: 0, lease: lease.token, writers: 'many', entries: [first] } as const
  await checkpointer.commit({ appends: [append], flush: 'process' })
}
