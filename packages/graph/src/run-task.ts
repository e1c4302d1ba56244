import { runAgentNode } from './run-agent-node.ts'
import { runDecision } from './run-decision.ts'
import { runFunction } from './run-function.ts'
import { runSubgraph } from './run-subgraph.ts'
import { runWait } from './run-wait.ts'
import { type Session, taskAt, type TaskPlace } from './session.ts'

/** Runs one task as far as it goes. What it comes to is recorded; a cancelled one stays open. Fails only where nothing can be recorded. */
export function runTask(session: Session, place: TaskPlace): Promise<void> {
  const { definition } = place
  const task = taskAt(session, place)
  // An intent without an end is from before this process, or from before a fork.
  if (task?.status === 'begun' || task?.wait?.for === 'decision') return runDecision(session, place)
  switch (definition.kind) {
    case 'function':
      return runFunction(session, { ...place, definition })
    case 'agent':
      return runAgentNode(session, { ...place, definition })
    case 'graph':
      return runSubgraph(session, { ...place, definition })
    default:
      return runWait(session, { ...place, definition })
  }
}
