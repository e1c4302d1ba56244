import { type Clock, KeepupError, systemClock } from '@keepup/core'

/** One server-sent event. */
export interface ServerEvent {
  readonly event: string
  /** What a reader that comes back names as the last it has. */
  readonly id?: string
  readonly data: unknown
}

/** After so much quiet a comment is sent, in milliseconds: proxies and readers take a silent connection for a dead one. */
const quiet = 15_000

/**
 * Events as a body that browsers read with `EventSource` (WHATWG HTML, section 9.2). An event is taken from the source only once the reader has room for it, so that a
 * slow reader costs no memory. The source's own signal is aborted, and it is closed, when the reader leaves or `signal` says so; where it fails, the reader is told in
 * an event `failed`, with the code of the error, and the stream ends.
 */
export function eventStream(
  source: (signal: AbortSignal) => AsyncIterable<ServerEvent>,
  { clock = systemClock }: { readonly clock?: Clock },
  signal: AbortSignal,
): Response {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const events = source(either)[Symbol.asyncIterator]()
  const leave = (): void => {
    stop.abort()
    // What it waits for ends by its signal, and nobody looks at what it says of that.
    void events.return?.().catch(() => undefined)
  }
  const encoder = new TextEncoder()
  let stopped = false
  let next: Promise<IteratorResult<ServerEvent>> | undefined
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(encoder.encode(': keepup\n\n')),
      async pull(controller) {
        next ??= events.next()
        const pause = new AbortController()
        const beat = clock.sleep(quiet, pause.signal).then(
          () => 'quiet' as const,
          () => 'quiet' as const,
        )
        try {
          const found = await Promise.race([next, beat])
          if (found === 'quiet') return controller.enqueue(encoder.encode(': still here\n\n'))
          next = undefined
          if (found.done === true || either.aborted) {
            leave()
            return controller.close()
          }
          controller.enqueue(encoder.encode(toText(found.value)))
        } catch (error) {
          leave()
          // Where the reader left meanwhile there is nobody to be told.
          if (stopped) return
          controller.enqueue(encoder.encode(toText({ event: 'failed', data: { code: codeOf(error) } })))
          controller.close()
        } finally {
          pause.abort()
        }
      },
      cancel() {
        stopped = true
        leave()
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
  })
}

/** What is no {@link KeepupError} may hold anything, and is told here alone. */
function codeOf(error: unknown): string {
  if (KeepupError.is(error)) return error.code
  process.emitWarning(error instanceof Error ? error : String(error), 'KeepupServerWarning')
  return 'internal'
}

/** JSON holds no line break of its own, so one line of data is enough. */
function toText({ event, id, data }: ServerEvent): string {
  const name = id === undefined ? '' : `id: ${id}\n`
  return `${name}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}
