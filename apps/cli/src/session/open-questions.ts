import { type Checkpointer, KeepupError, type ThreadId } from '@keepup/core'
import { type FoundApproval, openApprovals, waitingAnswer } from '@keepup/loop'

import { readAgent } from '../read-agent.ts'

/** The questions of a thread, and of the agents below it, that nobody has answered yet, here or elsewhere. None of a thread that is not there. */
export async function openQuestions(
  checkpointer: Checkpointer,
  thread: ThreadId,
): Promise<readonly FoundApproval[]> {
  const questions: FoundApproval[] = []
  for (const one of await threadsBelow(checkpointer, thread)) {
    for await (const found of openApprovals(checkpointer, one)) {
      // An answer that waits to be taken is an answer.
      if ((await waitingAnswer(checkpointer, one, found.approval.id)) === undefined) questions.push(found)
    }
  }
  return questions
}

async function threadsBelow(checkpointer: Checkpointer, thread: ThreadId): Promise<readonly ThreadId[]> {
  try {
    if ((await readAgent(checkpointer, thread)).agents === undefined) return [thread]
  } catch (error) {
    if (KeepupError.is(error, 'thread-unknown')) return []
    throw error
  }
  const { agentsOf, readTree } = await import('@keepup/agents')
  return [...agentsOf(await readTree(checkpointer, thread))].map(({ agent }) => agent)
}
