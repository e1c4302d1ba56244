import { readState } from '@keepup/checkpoint'
import { type Checkpointer, KeepupError, type ThreadId } from '@keepup/core'
import { agentFold, type AgentState } from '@keepup/loop'

/** The state of a session's thread. Fails `thread-unknown` where nothing was ever said in it. */
export async function readThread(checkpointer: Checkpointer, thread: ThreadId): Promise<AgentState> {
  const { state, view } = await readState(checkpointer, thread, agentFold)
  // A kill may come between what was said and its run.
  const isKnown = view.head > 0 || (await checkpointer.pending(thread)).length > 0
  if (!isKnown)
    throw new KeepupError(
      'thread-unknown',
      `There is no session ${thread}: nothing was said in it, or it was deleted. Begin a new one.`,
    )
  return state
}

/** The folder that an agent works in, where it was told. */
export function folderOf({ workspace, run }: AgentState): string | undefined {
  return workspace ?? run?.settings.workspace
}
