import { KeepupError, type ThreadId } from '@keepup/core'

import type { Store } from '../store.ts'
import { findGraph, type FoundGraph } from './find-graph.ts'

/** The graph or the procedure whose agent a thread is, and how to go on with that. */
export interface AgentAbove extends Pick<FoundGraph, 'kind' | 'thread'> {
  readonly next: string
}

/** Finds what drives a thread: its name begins with that of the graph or the procedure. `undefined` where it is an agent of its own. */
export async function agentAbove(
  store: Pick<Store, 'checkpointer'>,
  thread: ThreadId,
): Promise<AgentAbove | undefined> {
  for (let end = thread.indexOf('/'); end > 0; end = thread.indexOf('/', end + 1)) {
    const found = await readGraph(store, thread.slice(0, end))
    if (found === undefined) continue
    const command = found.kind === 'procedure' ? 'sop resume' : 'graph resume FILE'
    return {
      kind: found.kind,
      thread: found.thread,
      next: `go on with that: keepup ${command} ${found.thread}`,
    }
  }
  return undefined
}

async function readGraph(
  store: Pick<Store, 'checkpointer'>,
  thread: ThreadId,
): Promise<FoundGraph | undefined> {
  try {
    return await findGraph(store, thread)
  } catch (error) {
    if (KeepupError.is(error, 'thread-unknown')) return undefined
    throw error
  }
}
