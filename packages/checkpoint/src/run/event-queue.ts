/** Carries events from a run to whoever reads it: durable ones without bound, live ones up to a bound. */
export interface EventQueue<Event> {
  push(event: Event): void
  /** The next event, once there is one; what `end` gives once the queue is closed and empty. */
  next(): Promise<IteratorResult<Event, undefined>>
  close(): void
}

/** How many live events may wait for a slow reader; the newest beyond that are dropped. */
const liveBound = 10_000

/** Makes a queue for one reader. `end` is asked at every read beyond the last event. */
export function createEventQueue<Event>(
  isLive: (event: Event) => boolean,
  end: () => Promise<IteratorReturnResult<undefined>>,
): EventQueue<Event> {
  let waiting: Event[] = []
  let live = 0
  let closed = false
  /** The events taken last, and how many of them were read. */
  let taken: Event[] = []
  let read = 0
  /** Resolved by `wake` once there is something new. */
  let news: Promise<void> | undefined
  let wake: (() => void) | undefined

  function wakeReader(): void {
    news = undefined
    wake?.()
    wake = undefined
  }
  function takeAll(): void {
    taken = waiting
    read = 0
    waiting = []
    live = 0
  }
  /** No generator and no async function: each would make several promises for an event that is there already. */
  function take(): Promise<IteratorResult<Event, undefined>> {
    if (read === taken.length && waiting.length > 0) takeAll()
    const event = taken[read]
    if (event !== undefined) {
      read += 1
      return Promise.resolve({ value: event, done: false })
    }
    if (closed) return end()
    news ??= new Promise((resolve) => (wake = resolve))
    return news.then(take)
  }
  return {
    push(event) {
      if (isLive(event) && (live += 1) > liveBound) return
      waiting.push(event)
      wakeReader()
    },
    next: take,
    close() {
      closed = true
      wakeReader()
    },
  }
}
