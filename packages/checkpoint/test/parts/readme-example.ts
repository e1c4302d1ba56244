import { memoryCheckpointer, openThread } from '@keepup/checkpoint'
import type { Fold } from '@keepup/core'

export const total: Fold<number> = {
  id: 'total',
  version: 1,
  initial: 0,
  apply: (sum, entry) => (entry.type === 'coin-added' ? sum + Number(entry.data) : sum),
}

/** What the example prints. */
export async function use(): Promise<readonly number[]> {
  await using thread = await openThread({ checkpointer: memoryCheckpointer(), thread: 'purse', fold: total })
  await thread.append([
    { type: 'coin-added', version: 1, critical: false, time: Date.now(), by: 'user', data: 5 },
  ])
  return [thread.state, thread.head]
}
