import { currentOwner } from '@keepup/checkpoint'
import type { Checkpointer, NewEntry } from '@keepup/core'

/** One entry: its type, its data, and what else it says. */
export type Draft = readonly [type: string, data: object, more?: Partial<NewEntry>]

/** Writes a thread as some package would, a second between two entries. */
export async function writeThread(
  checkpointer: Checkpointer,
  thread: string,
  drafts: readonly Draft[],
): Promise<void> {
  await using lease = await checkpointer.lease(thread, currentOwner('test'), 60_000)
  const { head } = await checkpointer.read(thread, { at: 0 })
  const began = Date.UTC(2026, 10, 21, 9)
  const entries = drafts.map(([type, data, more], index) => ({
    type,
    version: 1,
    critical: false,
    time: began + index * 1000,
    by: 'runtime',
    data,
    ...more,
  }))
  await checkpointer.commit({
    appends: [{ thread, after: head, lease: lease.token, entries }],
    flush: 'process',
  })
}
