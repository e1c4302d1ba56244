import { type Checkpointer, KeepupError, type ThreadId } from '@keepup/core'

/** Fails `thread-unknown` for a thread that is not there: a store reads one as empty. */
export async function existing(checkpointer: Checkpointer, thread: ThreadId): Promise<void> {
  const { head } = await checkpointer.read(thread, { at: 0 })
  if (head > 0) return
  throw new KeepupError('thread-unknown', `There is no thread "${thread}". GET /api/threads lists them.`)
}
