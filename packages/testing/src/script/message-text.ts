import type { AssistantMessage, Message } from '@keepup/core'

/** What of a conversation a step's condition may look at. */
export interface Situation {
  /** The number of the next answer, from 1. */
  readonly turn: number
  readonly lastUser: string
  readonly lastToolResult: string | undefined
}

/** The text of a message, its calls' arguments included: what a model would be charged for. */
export function textOf(message: Message): string {
  switch (message.role) {
    case 'user':
      return message.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
    case 'assistant':
      return message.content
        .map((part) => (part.type === 'tool-call' ? JSON.stringify(part.input) : part.text))
        .join('')
    case 'tool':
      return message.content
        .flatMap((result) => result.content)
        .map((part) => (part.type === 'text' ? part.text : ''))
        .join('\n')
    default:
      return ''
  }
}

/** The largest number in ids of the form `call-NUMBER-INDEX` of a message. */
export function highestCall(message: AssistantMessage): number {
  let highest = 0
  for (const part of message.content) {
    const number = part.type === 'tool-call' ? /^call-(\d{1,9})-\d+$/.exec(part.id)?.[1] : undefined
    if (number !== undefined) highest = Math.max(highest, Number(number))
  }
  return highest
}
