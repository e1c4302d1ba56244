import type { AgentEntry, AgentEntryType } from '@keepup/core'

import type { AgentState } from '../agent-state.ts'

/** What entries of some types make of a state. */
export type Handlers<Types extends AgentEntryType = AgentEntryType> = {
  readonly [Type in Types]: (state: AgentState, entry: AgentEntry<Type>) => AgentState
}
