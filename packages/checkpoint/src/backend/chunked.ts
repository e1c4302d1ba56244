/** Bytes in pieces of exactly `size`, but for the last. A piece is only valid until the next one is asked for: its memory is used again. */
export async function* chunked(
  content: Uint8Array | AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) {
    for (let from = 0; from < content.length; from += size) yield content.slice(from, from + size)
    return
  }
  const piece = Buffer.allocUnsafe(size)
  let filled = 0
  for await (const part of content) {
    for (let from = 0; from < part.length;) {
      const taken = Math.min(size - filled, part.length - from)
      piece.set(part.subarray(from, from + taken), filled)
      filled += taken
      from += taken
      if (filled < size) continue
      yield piece
      filled = 0
    }
  }
  if (filled > 0) yield piece.subarray(0, filled)
}
