import { joinLabels, KeepupError, type Label, type Model, type RunAgent, trustedLabel } from '@keepup/core'

import { peerLabel } from '../task/peer-label.ts'
import type { ConnectedAgent } from './connect-agent.ts'
import { remoteModel } from './remote-model.ts'

/** What a remote agent is run with. */
export interface RemoteAgentParts {
  /** Composes an agent of that model, without tools, on a checkpointer: its threads hold what was said to the remote agent and what it answered. */
  readonly agent: (model: Model) => RunAgent
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
      const message = `What is to be sent to the agent at ${agent.host} may not leave: it is confidential, or only for named readers. Leave that out.`
      throw new KeepupError('tool-denied', message)
    }
    const runThread = parts.agent(remoteModel(agent, thread))
    yield* runThread({ ...request, label: joinLabels(label, peerLabel(agent.host)) })
  }
}

function isOpen({ confidential, readers }: Label): boolean {
  return !confidential && readers === 'anyone'
}
