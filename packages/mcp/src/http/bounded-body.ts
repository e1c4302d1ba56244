import { KeepupError } from '@keepup/core'

/** @limit In bytes: the longest message that a server may send by HTTP. */
const mostMessage = 32 * 1024 * 1024

/** What is told of a body that passes through. */
export interface BodyWatch {
  readonly eventStream: boolean
  /** Called once, when it has ended, was broken off, or was given up. */
  readonly ended: () => void
  /** Each piece, before it is handed on. */
  readonly passed?: (piece: Uint8Array) => void
}

/** A body of which no message is larger than the bound: the whole of it, or one event of a stream of events. It fails `tool-failed` otherwise. */
export function boundBody(
  body: ReadableStream<Uint8Array>,
  { eventStream, ended, passed }: BodyWatch,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  let size = 0
  const grow = (piece: Uint8Array): void => {
    const blank = eventStream ? lastBlankLine(piece) : -1
    size = blank < 0 ? size + piece.length : piece.length - blank
    if (size > mostMessage) {
      throw new KeepupError(
        'tool-failed',
        `The answer is too large: more than ${mostMessage} bytes. Ask for less at once.`,
        { details: { outcome: 'unknown' } },
      )
    }
  }
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (done) {
          controller.close()
          ended()
          return
        }
        grow(value)
        passed?.(value)
        controller.enqueue(value)
      } catch (error) {
        controller.error(error)
        reader.cancel(error).catch(() => {})
        ended()
      }
    },
    async cancel(reason) {
      ended()
      await reader.cancel(reason)
    },
  })
}

/** Where the last event ended in a piece, as far as one piece shows: two line ends in a row. */
function lastBlankLine(piece: Uint8Array): number {
  const text = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
  return Math.max(text.lastIndexOf('\n\n'), text.lastIndexOf('\r\n\r\n'), text.lastIndexOf('\r\r'))
}
