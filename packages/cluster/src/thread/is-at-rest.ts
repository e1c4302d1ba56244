import type { AgentEntry, Checkpointer, ThreadSummary } from '@keepup/core'

import { handedOver } from './wanted.ts'

/**
 * Whether the last commit of a thread says that it wants nothing, so that its log need not be read: most threads of a store have ended. Where that does not say it, it is
 * no news.
 */
export async function isAtRest(
  checkpointer: Checkpointer,
  { thread, pending, due }: Pick<ThreadSummary, 'due' | 'pending' | 'thread'>,
): Promise<boolean> {
  if (pending > 0 || due !== undefined) return false
  for await (const { sequence, types } of checkpointer.history(thread, { limit: 1 })) {
    if (types.includes('run-waiting')) return true
    if (!types.includes('run-finished')) return false
    for await (const entry of checkpointer.log(thread, sequence - types.length)) {
      // The type says what the data is.
      const known = entry as AgentEntry
      if (known.type !== 'run-finished' || known.erased === true) continue
      const { outcome } = known.data
      return outcome.type !== 'interrupted' || outcome.reason !== handedOver
    }
  }
  return false
}
