import type { ReplayCursor } from '@keepup/checkpoint'
import type { AgentEntry, AgentFact, AgentKeeper, Entry } from '@keepup/core'

import { isOne, isUrgent } from './find-ahead.ts'

/** The facts that a call records about agents, as the record tells them. */
export const agentFacts = ['agent-spawned', 'agent-settled', 'agents-awaited'] as const

/** Whether a call, or the end of a run, recorded an entry: what a boundary took of a signal has a cause. */
export function isAgentFact(entry: Entry): entry is AgentEntry<(typeof agentFacts)[number]> {
  return typeof entry.cause !== 'string' && isOne(entry, agentFacts)
}

/** The fact that an entry recorded. */
export function factOf({ type, data }: AgentEntry<(typeof agentFacts)[number]>): AgentFact {
  // A type and the data of its own entry.
  return { type, data } as AgentFact
}

/** Ends no agents: settles those that were settled at the end of the recorded run. */
export function replayAgents(cursor: ReplayCursor): AgentKeeper {
  return {
    resume() {},
    async end(thread) {
      while (true) {
        const entry = await cursor.waitFor((next) => !isUrgent(next))
        if (!isAgentFact(entry)) return
        await thread.record([factOf(entry)])
      }
    },
  }
}
