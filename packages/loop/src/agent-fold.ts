import {
  type AgentEntry,
  type AgentEntryType,
  type Entry,
  type Fold,
  joinLabels,
  joinTable,
  type Message,
} from '@keepup/core'

import { type AgentState, initialAgentState } from './agent-state.ts'
import { agentHandlers } from './fold/agent-handlers.ts'
import { callHandlers } from './fold/call-handlers.ts'
import type { Handlers } from './fold/handler.ts'
import { messageHandlers } from './fold/message-handlers.ts'
import { modelHandlers } from './fold/model-handlers.ts'
import { runHandlers } from './fold/run-handlers.ts'
import { MessageChain } from './message-chain.ts'

const handlers: Handlers = {
  ...runHandlers,
  ...messageHandlers,
  ...modelHandlers,
  ...callHandlers,
  ...agentHandlers,
}

/** Folds an agent's thread into its {@link AgentState}. */
export const agentFold: Fold<AgentState> = {
  id: 'agent',
  version: 4,
  initial: initialAgentState,
  understands: new Set(Object.keys(handlers)),
  apply(state, entry) {
    if (!isAgentEntry(entry) || entry.erased === true) return state
    const next = handle(state, entry)
    const exposure =
      entry.labels === undefined || entry.type === 'signal-declined'
        ? next.exposure
        : joinLabels(next.exposure, joinTable(entry.labels))
    return { ...next, exposure, time: entry.time }
  },
  save: (state) => ({ ...state, messages: [...state.messages] }),
  load(stored) {
    // Stored by `save` under this fold's id and version: the same shape with the messages as an array.
    const state = stored as Omit<AgentState, 'messages'> & { readonly messages: readonly Message[] }
    return { ...state, messages: MessageChain.from(state.messages) }
  },
}

function isAgentEntry(entry: Entry): entry is AgentEntry {
  return Object.hasOwn(handlers, entry.type)
}

function handle<Type extends AgentEntryType>(state: AgentState, entry: AgentEntry<Type>): AgentState {
  // The map gives each type its own handler; TypeScript cannot follow the key through the union.
  const handler = handlers[entry.type] as (state: AgentState, entry: AgentEntry<Type>) => AgentState
  return handler(state, entry)
}
