import { Readable, type Writable } from 'node:stream'

import { ndJsonStream, type Stream } from '@agentclientprotocol/sdk'

/**
 * The messages of a pair of streams, one line of JSON each. A line that is no JSON is answered with a parse error (-32700). What is written waits for room; once nobody
 * reads any more, nothing is written.
 */
export function acpStdio({ input, output }: { readonly input: Readable; readonly output: Writable }): Stream {
  let gone = false
  output.on('error', () => (gone = true))
  const writable = new WritableStream<Uint8Array>({
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (gone) return reject(new Error('nobody reads any more'))
        output.write(bytes, (error) => (error ? reject(error) : resolve()))
      }),
  })
  return ndJsonStream(writable, Readable.toWeb(Readable.from(bytesOf(input), { objectMode: false })))
}

/** What is read, also from a stream that was told to give texts. */
async function* bytesOf(input: Readable): AsyncIterable<Buffer> {
  for await (const part of input) yield typeof part === 'string' ? Buffer.from(part) : part
}
