import type { Message, ToolMessage } from '@keepup/core'

import type { AgentState } from './agent-state.ts'
import { MessageChain } from './message-chain.ts'
import { estimateTokens } from './message-text.ts'

/** What a removed tool result says instead. */
const removed = '[removed: the context window is full]'

/** A window to fit into where none is known: small enough for every current model. */
const unknownWindow = 32_000

/**
 * The state with its oldest tool results emptied until the prompt takes at most 60 % of the window. Only for the reserved last turn: the log and every
 * other prompt keep them. Calls keep their results, so the history stays valid.
 */
export function fitToWindow(state: AgentState, window: number = unknownWindow): AgentState {
  let excess = state.promptTokens - 0.6 * window
  const messages: Message[] = []
  for (const message of state.messages) {
    if (excess <= 0 || message.role !== 'tool') {
      messages.push(message)
      continue
    }
    const emptied = empty(message)
    excess -= estimateTokens(message) - estimateTokens(emptied)
    messages.push(emptied)
  }
  return { ...state, messages: MessageChain.from(messages) }
}

function empty(message: ToolMessage): ToolMessage {
  const content = message.content.map((part) => ({
    ...part,
    content: [{ type: 'text', text: removed } as const],
  }))
  return { role: 'tool', content }
}
