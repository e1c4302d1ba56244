import type { NodeContext } from './node.ts'
import type { Session, TaskPlace } from './session.ts'
import { taskAt } from './session.ts'

/** What a node may use while it runs. The key is made when it is asked for: most nodes never do. */
export function nodeContext(
  session: Session,
  place: TaskPlace,
  attempt: number,
  signal: AbortSignal,
): NodeContext {
  const { node, key } = place
  const task = taskAt(session, place)
  return {
    input: task?.input,
    ...(task?.cause === undefined ? {} : { failure: task.cause }),
    signal,
    clock: session.clock,
    random: session.random,
    thread: session.thread.thread,
    node,
    attempt,
    get key() {
      return key()
    },
    emit: (data) => session.show(node, { type: 'node-streamed', data }),
  }
}
