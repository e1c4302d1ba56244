import {
  type Checkpointer,
  joinLabels,
  joinTable,
  KeepupError,
  type Label,
  type Model,
  type RunAgent,
  type ThreadId,
  trustedLabel,
} from '@keepup/core'

import type { ConnectedAgent } from './connect-agent.ts'
import { mayNotLeave, remoteModel } from './remote-model.ts'

/** What a remote agent is run with. */
export interface RemoteAgentParts {
  /** Composes an agent of that model, without tools, on a checkpointer: its threads hold what was said to the remote agent and what it answered. */
  readonly agent: (model: Model) => RunAgent
  /** The same checkpointer: what is about to be sent is judged by the labels that the thread has. */
  readonly checkpointer: Pick<Checkpointer, 'read'>
  /** Whether content with this label may be sent to that host; by default what is confidential or has named readers may not. */
  readonly maySend?: (label: Label, host: string) => boolean
}

/**
 * A remote agent as a `RunAgent`, to be delegated to like one of this process. What it answers is labelled as text of anybody, with `a2a:HOST` as its source. A run that is
 * killed goes on with the same remote task. Fails `tool-denied` where the input may not be sent to it.
 */
export function remoteAgent(agent: ConnectedAgent, parts: RemoteAgentParts): RunAgent {
  const { maySend = isOpen } = parts
  return async function* run(request) {
    const { label = { ...trustedLabel, sources: ['user'] }, thread } = request
    if (request.input !== undefined && !maySend(label, agent.host)) {
      throw new KeepupError('tool-denied', mayNotLeave(agent.host))
    }
    const judge = async (): Promise<boolean> => maySend(await labelOfThread(parts, thread), agent.host)
    yield* parts.agent(remoteModel(agent, thread, judge))(request)
  }
}

/** What the whole conversation is made of: the remote agent remembers all of it. */
async function labelOfThread({ checkpointer }: RemoteAgentParts, thread: ThreadId): Promise<Label> {
  const { entries } = await checkpointer.read(thread)
  return entries.reduce(
    (joined, { labels }) => (labels === undefined ? joined : joinLabels(joined, joinTable(labels))),
    trustedLabel,
  )
}

function isOpen({ confidential, readers }: Label): boolean {
  return !confidential && readers === 'anyone'
}
