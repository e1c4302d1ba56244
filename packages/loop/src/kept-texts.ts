import type { AgentEntryData, Message, UserMessage } from '@keepup/core'

import type { AgentState } from './agent-state.ts'
import { userText } from './message-text.ts'

/** In characters: more of a text is not kept. */
const mostKept = 8_000

/** The state after a call that said what the model is still to see when the call is compacted away, or that there is nothing any more. */
export function keeping(state: AgentState, { tool, outcome }: AgentEntryData['tool-finished']): AgentState {
  const text = outcome.type === 'completed' ? outcome.output.kept : undefined
  // Types promise a text; plain JavaScript does not.
  if (typeof text !== 'string' || text.slice(0, mostKept) === (state.kept?.[tool] ?? '')) return state
  const { kept, ...rest } = state
  const others = Object.entries(kept ?? {}).filter(([name]) => name !== tool)
  const now = text === '' ? others : [...others, [tool, text.slice(0, mostKept)] as const]
  return now.length === 0 ? rest : { ...rest, kept: Object.fromEntries(now) }
}

/** What is kept of tools whose calls the messages that are left do not show, as messages that come before them. */
export function keptMessages({ kept = {} }: AgentState, left: readonly Message[]): readonly UserMessage[] {
  const shown = new Set(left.flatMap(answeredTools))
  return Object.entries(kept)
    .filter(([tool]) => !shown.has(tool))
    .map(([tool, text]) => userText(`[Kept of ${tool}, whose call was compacted away here]\n${text}`))
}

function answeredTools(message: Message): readonly string[] {
  if (message.role !== 'tool') return []
  return message.content.flatMap(({ name, error }) => (error ? [] : [name]))
}
