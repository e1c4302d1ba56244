import { type AgentEvent, isLive } from '@keepup/core'

/** Carries events from a run to whoever reads it: durable ones without bound, live ones up to a bound. */
export interface EventQueue extends AsyncIterable<AgentEvent> {
  push(event: AgentEvent): void
  close(): void
}

/** How many live events may wait for a slow reader; the newest beyond that are dropped. */
const liveBound = 10_000

/** Makes a queue for one reader. */
export function createEventQueue(): EventQueue {
  let waiting: AgentEvent[] = []
  let live = 0
  let closed = false
  let wake: (() => void) | undefined

  function push(event: AgentEvent): void {
    if (isLive(event) && (live += 1) > liveBound) return
    waiting.push(event)
    wakeReader()
  }
  function wakeReader(): void {
    wake?.()
    wake = undefined
  }
  /** The events taken last, and how many of them were read. A generator would do the same with three promises for each. */
  let taken: AgentEvent[] = []
  let read = 0

  async function next(): Promise<IteratorResult<AgentEvent, undefined>> {
    while (true) {
      const event = taken[read]
      read += 1
      if (event !== undefined) return { value: event, done: false }
      if (waiting.length === 0) {
        if (closed) return { value: undefined, done: true }
        await new Promise<void>((resolve) => (wake = resolve))
      }
      taken = waiting
      read = 0
      waiting = []
      live = 0
    }
  }
  return {
    push,
    close() {
      closed = true
      wakeReader()
    },
    [Symbol.asyncIterator]: () => ({ next }),
  }
}
