import type { Checkpointer, Hash, Sequence, ThreadId } from '@keepup/core'

import { chainHash, genesisHash } from '../entry-hash.ts'

/** The chain's hash at a position of a thread, inherited ones included; `undefined` where it does not exist or was pruned away. */
export async function chainHashAt(
  checkpointer: Checkpointer,
  thread: ThreadId,
  at: Sequence,
): Promise<Hash | undefined> {
  const { head, origin } = await checkpointer.read(thread, { at: 0 })
  if (origin !== undefined && at <= origin.at) return chainHashAt(checkpointer, origin.thread, at)
  if (at > head || (head === 0 && origin === undefined)) return undefined
  if (at === 0) return genesisHash(thread)
  for await (const entry of checkpointer.log(thread, at - 1)) {
    return entry.sequence === at ? chainHash(entry) : undefined
  }
  return undefined
}
