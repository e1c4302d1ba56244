import { once } from 'node:events'
import type { Writable } from 'node:stream'

/** Writes to a stream in order, no faster than its reader reads. */
export interface LineWriter {
  /** Resolves once more may be written. Does nothing once the reader is gone. */
  write(text: string): Promise<void>
  /** Aborted once nobody reads any more (EPIPE). */
  readonly closed: AbortSignal
  /** Resolves once everything was handed to the operating system. */
  flush(): Promise<void>
}

/** A writer over a stream such as standard output. The stream stays open. */
export function createLineWriter(stream: Writable): LineWriter {
  const closed = new AbortController()
  stream.on('error', (error) => closed.abort(error))
  return {
    closed: closed.signal,
    async write(text) {
      if (closed.signal.aborted || stream.destroyed || stream.write(text)) return
      await once(stream, 'drain', { signal: closed.signal }).catch(() => undefined)
    },
    async flush() {
      if (closed.signal.aborted || stream.destroyed) return
      await new Promise<void>((resolve) => {
        stream.once('error', () => resolve())
        stream.write('', () => resolve())
      })
    },
  }
}
