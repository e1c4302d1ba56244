import type { Readable } from 'node:stream'

/** What was kept of a stream. */
export interface KeptOutput {
  /** The first whole line. Never resolves where there is none. */
  readonly firstLine: Promise<string>
  text(): string
}

/** Reads a stream to its end and keeps its beginning. `flooded` is called once, when it was more. */
export function keepOutput(stream: Readable, most: number, flooded?: () => void): KeptOutput {
  const kept: Buffer[] = []
  let size = 0
  const { promise: firstLine, resolve: tell } = Promise.withResolvers<string>()
  let told = false
  stream.on('error', () => {})
  stream.on('data', (bytes: Buffer) => {
    const room = most - size
    size += bytes.length
    if (room > 0) kept.push(bytes.subarray(0, room))
    if (room >= 0 && size > most) flooded?.()
    if (told || !bytes.includes(10)) return
    told = true
    const [line = ''] = Buffer.concat(kept).toString().split('\n', 1)
    tell(line)
  })
  return { firstLine, text: () => Buffer.concat(kept).toString() }
}
