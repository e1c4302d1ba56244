import type { Checkpointer, Sequence, ThreadId } from '@keepup/core'

/** So many entries' commits are asked for at once. */
const windowSize = 512

/**
 * Tells of own entries, asked for in ascending order, which place within their commit they have, from 0. Reads the history a window at a time,
 * so that it need not be kept.
 */
export function commitParts(
  checkpointer: Checkpointer,
  thread: ThreadId,
  after: Sequence,
): (sequence: Sequence) => Promise<number> {
  let ends = new Set<Sequence>()
  let covered = after
  let part = -1

  async function load(from: Sequence): Promise<void> {
    covered = from + windowSize - 1
    ends = new Set()
    for await (const { sequence } of checkpointer.history(thread, { before: covered + 1 })) {
      if (sequence < from) break
      ends.add(sequence)
    }
  }

  return async (sequence) => {
    if (sequence > covered) await load(sequence)
    part += 1
    const place = part
    if (ends.has(sequence)) part = -1
    return place
  }
}
