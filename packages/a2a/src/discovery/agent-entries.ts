import { AgentCard } from '@a2a-js/sdk'
import type { Entry, Fold, JsonValue } from '@keepup/core'

/** What an agent's thread holds: its present card, as JSON (A2A 1.0, 5.5). */
export interface DescribedData {
  readonly card: JsonValue
}

/** The last card of an agent. */
export interface AgentDescription {
  readonly card?: JsonValue
}

/** The present card from the entries of an agent's thread. */
export const agentDescriptionFold: Fold<AgentDescription> = {
  id: 'agent-description',
  version: 1,
  initial: {},
  understands: new Set(['agent/described']),
  apply: (state, entry: Entry) => {
    if (entry.type !== 'agent/described') return state
    // An erased one has no data: then nothing is known of the agent.
    const { card } = (entry.data ?? {}) as Partial<DescribedData>
    return card === undefined ? {} : { card }
  },
}

/** The card that a thread holds; `undefined` where none can be read. */
export function readDescription({ card }: AgentDescription): AgentCard | undefined {
  return card === undefined ? undefined : AgentCard.fromJSON(card)
}
