/** Passes chunks on until they come to too many bytes; fails `tooLarge()` then. `count` is told the size so far, the chunk included, before it is passed on. */
export async function* atMost(
  source: AsyncIterable<Buffer>,
  most: number,
  tooLarge: () => Error,
  count?: (size: number) => void,
): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of source) {
    size += chunk.length
    count?.(size)
    if (size > most) throw tooLarge()
    yield chunk
  }
}

/** Reads to the end what comes to at most so many bytes; fails `tooLarge()` at the first byte too much, and ends the source. */
export async function collectAtMost(
  source: AsyncIterable<Buffer>,
  most: number,
  tooLarge: () => Error,
): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  for await (const chunk of atMost(source, most, tooLarge)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
