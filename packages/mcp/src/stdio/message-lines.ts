/** How much of a line that is too long is looked at, at each end, to find which request it answers. */
const looked = 512

/** One line of a stream, or what is known of one that was too long to be kept. */
export type MessageLine =
  | { readonly type: 'line'; readonly text: string }
  | { readonly type: 'too-long'; readonly length: number; readonly ends: string }

/** Splits a stream of bytes into lines, of which none is kept that is longer than `most` bytes. Gives a function that takes the next bytes. */
export function readMessageLines(most: number, take: (line: MessageLine) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = []
  let length = 0
  let head: Buffer = Buffer.alloc(0)
  let tail: Buffer = Buffer.alloc(0)
  const add = (piece: Buffer): void => {
    if (length <= most && length + piece.length > most) {
      head = Buffer.concat([...chunks, piece]).subarray(0, looked)
      chunks = []
    }
    length += piece.length
    if (length <= most) chunks.push(piece)
    // Two pieces may be shorter than what is looked at.
    else tail = Buffer.concat([tail, piece.subarray(-looked)]).subarray(-looked)
  }
  const finish = (): void => {
    if (length > most) take({ type: 'too-long', length, ends: `${head.toString()}\n${tail.toString()}` })
    else if (length > 0) take({ type: 'line', text: Buffer.concat(chunks).toString('utf8') })
    chunks = []
    length = 0
    head = Buffer.alloc(0)
    tail = Buffer.alloc(0)
  }
  return (chunk) => {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      add(chunk.subarray(from, at))
      finish()
      from = at + 1
    }
    if (from < chunk.length) add(chunk.subarray(from))
  }
}
