import { currentOwner } from '@keepup/checkpoint'
import type { Checkpointer, NewEntry } from '@keepup/core'

/** Appends to a thread, making it where there is none. */
export async function append(
  checkpointer: Checkpointer,
  thread: string,
  ...entries: NewEntry[]
): Promise<void> {
  const { head } = await checkpointer.read(thread)
  const lease = await checkpointer.lease(thread, currentOwner('test'), 10_000)
  await checkpointer.commit({
    appends: [{ thread, after: head, lease: lease.token, entries }],
    flush: 'process',
  })
  await lease.release()
}

/** An entry that says nothing to memory. */
export const note = (text: string): NewEntry => ({
  type: 'noted',
  version: 1,
  critical: false,
  time: 1,
  by: 'user',
  data: text,
})
