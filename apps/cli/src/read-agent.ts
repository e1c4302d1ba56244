import { readState } from '@keepup/checkpoint'
import type { Checkpointer, Sequence, ThreadId } from '@keepup/core'
import { agentFold, type AgentState } from '@keepup/loop'

/** The state of an agent's thread, now or after an entry. Reads only what is newer than the latest snapshot. */
export async function readAgent(
  checkpointer: Checkpointer,
  thread: ThreadId,
  at?: Sequence,
): Promise<AgentState> {
  return (await readState(checkpointer, thread, agentFold, at)).state
}
