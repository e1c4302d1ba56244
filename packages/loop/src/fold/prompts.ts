import type { AgentState } from '../agent-state.ts'

/** The model is shown everything that was said: hooks have had their say. */
export function seen(state: AgentState): AgentState {
  return state.prompts.length === 0 ? state : { ...state, prompts: [] }
}

/** What people said since the model last spoke is kept from it for good. */
export function withoutPrompts(state: AgentState): AgentState {
  const lead = state.guidance?.lead ?? 0
  let { length } = state.messages
  while (length > lead && state.messages.at(length - 1)?.role === 'user') length -= 1
  return { ...state, prompts: [], messages: state.messages.first(length) }
}
