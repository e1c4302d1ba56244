import { KeepupError, type Sequence, type ThreadId } from '@keepup/core'
import type { AgentState } from '@keepup/loop'

import { usageError } from '../error-report.ts'
import { readAgent } from '../read-agent.ts'
import type { Store } from '../store.ts'
import { findGraph } from './find-graph.ts'

/** The state of an agent's thread. A graph's thread fails `input-invalid`, and is told what shows it. */
export async function readAgentOnly(store: Store, thread: ThreadId, at?: Sequence): Promise<AgentState> {
  try {
    return await readAgent(store.checkpointer, thread, at)
  } catch (error) {
    const found = KeepupError.is(error, 'thread-too-new') ? await findGraph(store, thread) : undefined
    if (found === undefined) throw error
    if (found.kind === 'procedure') {
      throw usageError(
        `${thread} is a thread of the procedure ${found.graph}, not of an agent`,
        `look at it with: keepup sop show --thread ${thread}, or keepup history ${thread}; go on with: keepup sop resume ${thread}`,
      )
    }
    throw usageError(
      `${thread} is a thread of the graph ${found.graph}, not of an agent`,
      `look at it with: keepup graph show FILE --thread ${thread}, or keepup history ${thread}; go on with: keepup graph resume FILE ${thread}`,
    )
  }
}
