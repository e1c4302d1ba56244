import type { Checkpointer, Sequence, ThreadId } from '@keepup/core'
import type { AgentState } from '@keepup/loop'

/** The state of an agent's thread, now or after an entry. Reads only what is newer than the latest snapshot. */
export async function readAgent(
  checkpointer: Checkpointer,
  thread: ThreadId,
  at?: Sequence,
): Promise<AgentState> {
  const [{ readState }, { agentFold }] = await Promise.all([
    import('@keepup/checkpoint'),
    import('@keepup/loop'),
  ])
  return (await readState(checkpointer, thread, agentFold, at)).state
}
