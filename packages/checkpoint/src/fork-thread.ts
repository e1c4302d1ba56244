import type { Checkpointer, Origin, Sequence, ThreadId } from '@keepup/core'

/**
 * Makes `to` a thread whose past is another's up to `at` (its head when left out), and says where it was forked. No entry is copied. Fails
 * `thread-unknown`, `checkpoint-unknown` or `thread-exists`.
 */
export async function forkThread(
  checkpointer: Checkpointer,
  from: { readonly thread: ThreadId; readonly at?: Sequence },
  to: ThreadId,
): Promise<Origin> {
  const at = from.at ?? (await checkpointer.read(from.thread)).head
  const origin = { thread: from.thread, at }
  await checkpointer.fork(origin, to)
  return origin
}
