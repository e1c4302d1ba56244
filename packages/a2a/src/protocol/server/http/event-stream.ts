/** In milliseconds: how often a stream on which nothing happens shows that it lives. */
const heartbeat = 15_000

/** One event of a stream. */
export interface ServerSentEvent {
  /** What a client gives back as `Last-Event-ID` to go on after it. */
  readonly id?: string
  readonly event?: string
  readonly data: unknown
}

/** The headers of a stream. */
export const eventStreamHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
}

/**
 * Server-Sent Events (WHATWG HTML, 9.2) as the body of an answer: an event is made when the client takes it, so that a slow one holds up nothing and fills no memory.
 * `end` is called once the client is gone.
 */
export function eventStream(
  events: AsyncIterator<ServerSentEvent, void>,
  end: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let timer: NodeJS.Timeout | undefined
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const beat = (): void => {
        // Where much is not taken yet, the client has enough to see that it lives.
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(': alive\n\n'))
      }
      timer = setInterval(beat, heartbeat)
      timer.unref()
    },
    async pull(controller) {
      const { value, done } = await events.next()
      if (done === true) {
        clearInterval(timer)
        controller.close()
        return
      }
      controller.enqueue(encoder.encode(formatEvent(value)))
    },
    async cancel() {
      clearInterval(timer)
      end()
      await events.return?.()
    },
  })
}

function formatEvent({ id, event, data }: ServerSentEvent): string {
  const lines = [
    ...(event === undefined ? [] : [`event: ${event}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    `data: ${JSON.stringify(data)}`,
  ]
  return `${lines.join('\n')}\n\n`
}
