import { type AgentEntry, KeepupError, type ThreadId } from '@keepup/core'
import { type FoundApproval, type GivenAnswer, openApprovals } from '@keepup/loop'

import { findGraph } from './graph/find-graph.ts'
import { isMailThread } from './mail/is-mail-thread.ts'
import { readAgent } from './read-agent.ts'
import { openSopApprovals } from './sop/find-sop.ts'
import type { Store } from './store.ts'

/** Every question of a store that nobody has answered, oldest last. Reads each thread's state. */
export async function* findApprovals(store: Store): AsyncIterable<FoundApproval> {
  for await (const { thread } of store.checkpointer.threads()) {
    if (isMailThread(thread)) continue
    if (await isAgent(store, thread)) yield* openApprovals(store.checkpointer, thread)
    else yield* openSopApprovals(store, thread)
  }
}

/** Whether a thread is an agent's, and not that of a graph or a procedure. */
async function isAgent(store: Store, thread: ThreadId): Promise<boolean> {
  try {
    await readAgent(store.checkpointer, thread)
    return true
  } catch (error) {
    if (KeepupError.is(error, 'thread-too-new') && (await findGraph(store, thread)) !== undefined)
      return false
    throw error
  }
}

/** The answer that a thread has taken, whichever thread it was. */
export async function takenAnswer(
  { checkpointer }: Store,
  approval: string,
): Promise<(GivenAnswer & { readonly thread: ThreadId }) | undefined> {
  for await (const { thread } of checkpointer.threads()) {
    for await (const entry of checkpointer.log(thread)) {
      if (entry.type !== 'approval-answered') continue
      const data = entry.data as AgentEntry<'approval-answered'>['data'] // its type says so
      if (data.approval.startsWith(approval)) {
        return { thread, by: data.by, time: entry.time, allow: data.allow }
      }
    }
  }
  return undefined
}
