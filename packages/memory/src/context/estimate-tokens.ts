import type { FilePart, Message, TextPart } from '@keepup/core'

/** Counts the tokens of a text: pure, and for the same model always the same. */
export type CountTokens = (text: string) => number

/** The tokens of a message. */
export type SizeOf = (message: Message) => number

/** What a file is taken for, in tokens: about an image of middle size. */
const fileTokens = 1_000

/** What a message and a part of it take beside their text, in tokens. */
const messageTokens = 4

/**
 * Tokens of a text, estimated without a table: words of Latin letters by their length, digits in groups of three, each sign by itself, each ideograph or syllable of
 * other scripts by itself. Calibrate it with what a provider counted (`calibrate`).
 */
export function estimateTokens(text: string): number {
  let tokens = 0
  for (const [piece] of text.matchAll(pieces)) tokens += tokensOfPiece(piece)
  return tokens
}

const pieces = /[a-z\u00c0-\u024f]+|[0-9]+|[^\S\n]{2,}|\n+|[^\s\w\u00c0-\u024f]|_/gi

function tokensOfPiece(piece: string): number {
  const first = piece.charCodeAt(0)
  if (/[a-z\u00c0-\u024f]/i.test(piece)) return Math.max(1, Math.ceil(piece.length / 7))
  if (first >= 0x30 && first <= 0x39) return Math.ceil(piece.length / 3)
  // Signs are often one token with their neighbours; letters of other scripts seldom are.
  return first > 0x24f ? 0.7 : 0.6
}

/** Tokens of a message, as `count` counts its texts. A file counts as 1,000. */
function messageSize(message: Message, count: CountTokens): number {
  let tokens = messageTokens
  for (const part of message.content) {
    if (part.type === 'tool-call') tokens += count(part.name) + count(JSON.stringify(part.input)) + 3
    else if (part.type === 'tool-result') tokens += count(part.name) + contentSize(part.content, count) + 3
    else if (part.type === 'file') tokens += fileTokens
    else tokens += count(part.text)
  }
  return Math.ceil(tokens)
}

/** Tokens of texts and files. */
export function contentSize(content: readonly (TextPart | FilePart)[], count: CountTokens): number {
  return content.reduce((sum, part) => sum + (part.type === 'text' ? count(part.text) : fileTokens), 0)
}

/** Sizes of messages, each found once: messages never change. */
export function rememberSizes(count: CountTokens): SizeOf {
  const known = new WeakMap<Message, number>()
  return (message) => {
    const size = known.get(message) ?? messageSize(message, count)
    known.set(message, size)
    return size
  }
}
