import type { Checkpointer } from '@keepup/core'

import { median } from './median.ts'
import { fillThread, stepEntries } from './step-entries.ts'

/** Milliseconds, the median of some attempts. */
export async function medianTime(body: () => unknown): Promise<number> {
  const taken: number[] = []
  for (let attempt = 0; attempt < 25; attempt += 1) {
    const start = performance.now()
    await body()
    taken.push(performance.now() - start)
  }
  return median(taken)
}

/** How long the newest 20 of a history and a fork at its middle take, for threads of some lengths. */
export async function readTimes(
  checkpointer: Checkpointer,
  lengths: readonly number[],
): Promise<Readonly<Record<string, number>>> {
  const found: Record<string, number> = {}
  for (const length of lengths) {
    const thread = `long-${length}`
    await fillThread(checkpointer, thread, stepEntries(length, 64), 'process')
    let forks = 0
    found[`history of 20 of ${length}, ms`] = await medianTime(() =>
      exhaust(checkpointer.history(thread, { limit: 20 })),
    )
    found[`fork at ${length / 2}, ms`] = await medianTime(() =>
      checkpointer.fork({ thread, at: length / 2 }, `${thread}-fork-${(forks += 1)}`),
    )
  }
  return found
}

async function exhaust(things: AsyncIterable<unknown>): Promise<number> {
  let count = 0
  for await (const thing of things) if (thing !== undefined) count += 1
  return count
}
