import { type Clock, systemClock } from '@keepup/core'

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
 * slow reader costs no memory. The source is closed when the reader leaves; where it fails, the reader is told in an event `failed` and the stream ends.
 */
export function eventStream(
  source: AsyncIterable<ServerEvent>,
  { clock = systemClock }: { readonly clock?: Clock },
  signal: AbortSignal,
): Response {
  const events = source[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
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
          if (found.done === true || signal.aborted) return controller.close()
          controller.enqueue(encoder.encode(toText(found.value)))
        } catch {
          controller.enqueue(encoder.encode(toText({ event: 'failed', data: { code: 'internal' } })))
          controller.close()
        } finally {
          pause.abort()
        }
      },
      async cancel() {
        await events.return?.()
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

/** JSON holds no line break of its own, so one line of data is enough. */
function toText({ event, id, data }: ServerEvent): string {
  const name = id === undefined ? '' : `id: ${id}\n`
  return `${name}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}
