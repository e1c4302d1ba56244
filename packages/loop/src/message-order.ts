import type { Message, MessageList } from '@keepup/core'

/**
 * Whether every provider takes these messages as a history: each call has exactly one result, right after the message that made it and in order, no
 * result is without its call, and somebody else than the model speaks first and last.
 */
export function isOrderly(messages: MessageList): boolean {
  let open: readonly string[] = []
  let spoke: Message['role'] = 'assistant'
  for (const message of messages) {
    if (!follows(message, spoke, open)) return false
    open = message.role === 'assistant' ? callsOf(message) : []
    spoke = message.role
  }
  return spoke !== 'assistant' && open.length === 0
}

function follows(message: Message, before: Message['role'], open: readonly string[]): boolean {
  if (message.role === 'user') return open.length === 0
  if (message.role === 'assistant') return before !== 'assistant'
  const results = message.content.map(({ id }) => id)
  return open.length > 0 && results.length === open.length && results.every((id, index) => id === open[index])
}

function callsOf(message: Extract<Message, { role: 'assistant' }>): readonly string[] {
  return message.content.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []))
}
