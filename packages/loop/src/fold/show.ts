import type { Message } from '@keepup/core'

import type { AgentState } from '../agent-state.ts'
import { estimateTokens, userText } from '../message-text.ts'

/** The state with one more message that the model is shown. */
export function show(state: AgentState, message: Message): AgentState {
  return {
    ...state,
    messages: state.messages.append(message),
    promptTokens: state.promptTokens + estimateTokens(message),
  }
}

/** Tells the model something: at once, or after the results of the calls that are open. */
export function note(state: AgentState, text: string): AgentState {
  const { turn } = state
  if (turn === undefined) return show(state, userText(text))
  return { ...state, turn: { ...turn, notes: [...(turn.notes ?? []), text] } }
}
