import { KeepupError } from '@keepup/core'

/** @limit In bytes: a longer line is refused, so that a file without line ends cannot fill the memory. */
const longestLine = 256 * 1024 * 1024

/** Splits a stream at LF into lines without it. An empty last line is none. Fails `input-invalid` for a line of more than 256 MiB. */
export async function* splitLines(source: AsyncIterable<string | Uint8Array>): AsyncGenerator<string> {
  let parts: Uint8Array[] = []
  let held = 0
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk
    let from = 0
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
      yield Buffer.concat([...parts, bytes.subarray(from, end)]).toString('utf8')
      parts = []
      held = 0
      from = end + 1
    }
    if (from < bytes.length) parts.push(Uint8Array.prototype.slice.call(bytes, from))
    held += bytes.length - from
    if (held > longestLine) throw tooLong()
  }
  if (held > 0) yield Buffer.concat(parts).toString('utf8')
}

function tooLong(): KeepupError {
  const message = `A line has more than ${longestLine} bytes. Give a file that was exported by keepup.`
  return new KeepupError('input-invalid', message)
}
