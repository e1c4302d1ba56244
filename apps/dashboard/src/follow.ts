import type { Client } from './client.ts'
import { readEvents, type ReadEvent } from './read-events.ts'

/** How a stream stands, for a person who looks at it. */
export type StreamState = 'open' | 'lost'

/** How long is waited before a stream is opened again: longer each time, up to the last. */
const pauses = [250, 500, 1000, 2000, 5000]

/**
 * Events of a stream, opened again wherever it breaks, from the event after the last that came: none is lost and none comes twice. Ends when `signal` is aborted, and fails
 * only where the server says that it never will answer.
 */
export async function* follow(
  client: Pick<Client, 'open'>,
  path: string,
  options: {
    readonly after?: number
    readonly signal: AbortSignal
    readonly state?: (state: StreamState) => void
    readonly wait?: (milliseconds: number) => Promise<void>
  },
): AsyncIterable<ReadEvent> {
  const { signal, state = () => undefined, wait = waited } = options
  let last = options.after === undefined ? undefined : String(options.after)
  let failures = 0
  while (!signal.aborted) {
    try {
      const response = await client.open(path, last, signal)
      state('open')
      for await (const event of readEvents(response)) {
        failures = 0
        last = event.id ?? last
        yield event
      }
    } catch (error) {
      if (signal.aborted) return
      if (isFinal(error)) throw error
    }
    state('lost')
    await wait(pauses[Math.min(failures, pauses.length - 1)] ?? 5000)
    failures += 1
  }
}

/** What another try would not change: the token is wrong, or there is no such thread. */
function isFinal(error: unknown): boolean {
  const { status } = Object(error) as { readonly status?: unknown }
  return typeof status === 'number' && status >= 400 && status < 500 && status !== 429
}

function waited(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
