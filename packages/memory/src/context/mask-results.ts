import type { Message, ToolResultPart } from '@keepup/core'

import { contentSize, type CountTokens } from './estimate-tokens.ts'
import type { Replacement } from './replacement.ts'
import { isRuntimeWords } from './runtime-words.ts'

/** In tokens: results that are smaller are left as they are. */
const smallest = 200

const removed = '[The result was removed to make room'

/**
 * Takes the content out of results before a place. Calls, their results' names and whether they failed stay; so does everything that was said, but for what the runtime
 * says again by itself. `request` stays whatever it says.
 */
export function maskResults(
  messages: readonly Message[],
  place: number,
  request: Message | undefined,
  count: CountTokens,
): Replacement {
  const masked = messages.slice(0, place).map((message) => maskMessage(message, count))
  const replaced = masked.findLastIndex((message, index) => message !== messages[index]) + 1
  const by: Message[] = []
  for (const message of masked.slice(0, replaced)) {
    // Between two messages of the model words must stay, and so must those that begin.
    const before = by.at(-1)?.role ?? 'assistant'
    if (before === 'assistant' || message === request || !isRuntimeWords(message)) by.push(message)
  }
  return { replaced, by }
}

function maskMessage(message: Message, count: CountTokens): Message {
  if (message.role !== 'tool') return message
  const content = message.content.map((part) => maskResult(part, count))
  return content.every((part, index) => part === message.content[index]) ? message : { role: 'tool', content }
}

function maskResult(part: ToolResultPart, count: CountTokens): ToolResultPart {
  const size = Math.round(contentSize(part.content, count))
  if (size < smallest) return part
  const text = `${removed}: about ${size} tokens. Call the tool again if it is needed.]`
  return { ...part, content: [{ type: 'text', text }] }
}

/** In characters: of a result that is cut at least so much stays. */
const leastShown = 1_000

/** Cuts the largest results in their middle until the messages take no more than so many tokens, or nothing is left to cut. For results that are larger than the window. */
export function cutResults(
  messages: readonly Message[],
  excess: number,
  count: CountTokens,
): readonly Message[] {
  const sizes = messages.flatMap((message) =>
    message.role === 'tool' ? message.content.map((part) => contentSize(part.content, count)) : [],
  )
  const all = sizes.reduce((sum, size) => sum + size, 0)
  if (all <= 0 || excess <= 0) return messages
  const share = Math.max(0, 1 - (1.1 * excess) / all)
  return messages.map((message) =>
    message.role === 'tool'
      ? { role: 'tool', content: message.content.map((part) => cutResult(part, share)) }
      : message,
  )
}

function cutResult(part: ToolResultPart, share: number): ToolResultPart {
  const content = part.content.map((piece) => {
    if (piece.type !== 'text') return piece
    const room = Math.max(leastShown, Math.floor(piece.text.length * share))
    return piece.text.length <= room ? piece : { ...piece, text: cutMiddle(piece.text, room) }
  })
  return { ...part, content }
}

function cutMiddle(text: string, room: number): string {
  const head = Math.floor((room * 2) / 3)
  const tail = room - head
  const left = text.length - room
  return `${text.slice(0, head).toWellFormed()}\n[${left} characters were cut here to make room. Ask for less at once to see them.]\n${text.slice(-tail).toWellFormed()}`
}

/** Whether a result is what masking left of it. */
export function isRemoved({ content }: ToolResultPart): boolean {
  const [part, ...more] = content
  return part?.type === 'text' && more.length === 0 && part.text.startsWith(removed)
}
