import { type AgentEnded, agentEndedId, type NewSignal, type RunOutcome, trustedLabel } from '@keepup/core'

import type { AgentState } from './agent-state.ts'
import { addSpent, nothingSpent, openDelegation } from './fold/agent-handlers.ts'

/** What the last commit of a run tells the agent that started this one; nothing where nobody did, or it let it go. */
export function tellParent(state: AgentState, outcome: RunOutcome): readonly NewSignal<string, AgentEnded>[] {
  const { run, time } = state
  const delegation = openDelegation(state)
  if (delegation === undefined || run === undefined) return []
  const { agent, parent, attempt } = delegation
  const { turns, usage, cost, delegated = nothingSpent } = run
  const spent = addSpent({ turns, usage, cost, agents: 0 }, delegated)
  return [
    {
      id: agentEndedId(agent, run.id),
      thread: parent,
      channel: `agents:${agent}`,
      type: 'agent-ended',
      time,
      by: 'runtime',
      labels: { default: trustedLabel },
      data: { agent, attempt, run: run.id, end: outcome.type, spent },
    },
  ]
}
