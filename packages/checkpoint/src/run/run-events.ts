import { KeepupError } from '@keepup/core'

import { createEventQueue } from './event-queue.ts'

/** What {@link runEvents} takes. */
export interface EventfulRun<Event> {
  /** Does the work, from the first read on. It ends soon once the signal aborts; where it rejects, so does the read that finds no more events. */
  readonly drive: (signal: AbortSignal, announce: (event: Event) => void) => Promise<void>
  /** Whether an event may be dropped where the reader is slow: what is in no log. */
  readonly isLive: (event: Event) => boolean
  /** Interrupts the work as well. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A run as an iteration of its events, for one reader. It begins when the first event is asked for; leaving the iteration early aborts it with the error
 * `interrupted`, and waits until it has ended.
 */
export function runEvents<Event>({
  drive,
  isLive,
  signal,
}: EventfulRun<Event>): AsyncIterableIterator<Event, undefined> {
  const queue = createEventQueue(isLive, end)
  const leaving = new AbortController()
  let running: Promise<void> | undefined
  let ended = false

  function start(): Promise<void> {
    const both = signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal])
    const done = drive(both, (event) => queue.push(event)).finally(() => queue.close())
    // Whoever reads to the end learns of a failure; until then it must not count as unhandled.
    done.catch(() => {})
    return done
  }
  async function end(): Promise<IteratorReturnResult<undefined>> {
    if (!ended) {
      ended = true
      await running
    }
    return { value: undefined, done: true }
  }
  return {
    next() {
      if (ended) return end()
      running ??= start()
      return queue.next()
    },
    return() {
      ended = true
      leaving.abort(new KeepupError('interrupted', 'Whoever watched the run left.'))
      return (running ?? Promise.resolve()).then(end, end)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
